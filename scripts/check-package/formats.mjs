// Tells from a file's first bytes what it is.

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

// The processor's number in each format, and the name that Node has for it.
const ELF_MACHINES = new Map([
  [62, 'x64'],
  [183, 'arm64'],
]);
const PE_MACHINES = new Map([
  [0x8664, 'x64'],
  [0xaa64, 'arm64'],
]);
const MACH_O_PROCESSORS = new Map([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
]);

/** Returns width and height of a PNG picture, or undefined. */
export function pngSize(file) {
  if (file.length < 24 || !file.subarray(0, 8).equals(PNG) || file.toString('latin1', 12, 16) !== 'IHDR')
    return undefined;
  return { width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
}

/** Returns the platform that an executable is for, in the launcher's words, or undefined. */
export function executablePlatform(file) {
  if (file.length < 64) return undefined;
  if (file.readUInt32BE(0) === 0x7f454c46) return named('linux', ELF_MACHINES.get(file.readUInt16LE(18)));
  if (file.readUInt32LE(0) === 0xfeedfacf) return named('darwin', MACH_O_PROCESSORS.get(file.readUInt32LE(4)));
  const header = file.readUInt32LE(60);
  const windows = file.toString('latin1', 0, 2) === 'MZ' && file.toString('latin1', header, header + 4) === 'PE\0\0';
  return windows && header + 6 <= file.length
    ? named('win32', PE_MACHINES.get(file.readUInt16LE(header + 4)))
    : undefined;
}

function named(system, processor) {
  return processor && `${system}-${processor}`;
}
