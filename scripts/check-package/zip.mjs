// Reads a zip archive: as much of the format as a .vsix uses.

import zlib from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const MOST_BYTES = 512 * 1024 * 1024; // of one file, unpacked

/** Returns the archive's files, folders left out, as a map from name to content. */
export function readZip(zip) {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || zip.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error('it has no directory');

  const files = new Map();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('its directory is damaged');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    if (files.has(name)) throw new Error(`it holds ${name} twice`);
    if (!name.endsWith('/')) {
      files.set(
        name,
        content(zip, {
          name,
          method: zip.readUInt16LE(at + 10),
          size: zip.readUInt32LE(at + 20),
          header: zip.readUInt32LE(at + 42),
        }),
      );
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}

function content(zip, { name, method, size, header }) {
  if (zip.readUInt32LE(header) !== LOCAL_HEADER) throw new Error(`the header of ${name} is damaged`);
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const packed = zip.subarray(start, start + size);
  if (method === STORED) return packed;
  if (method === DEFLATED) return zlib.inflateRawSync(packed, { maxOutputLength: MOST_BYTES });
  throw new Error(`${name} is packed by method ${method}`);
}
