//! Chart archives (`.tgz`): read without leaving the chart's folder, and written.

use crate::helm::File;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{self, Read};
use tar::{Archive, Builder, EntryType, Header};

/// The most bytes that one file of a chart may have, as in Helm 3.17.3.
pub const LARGEST_FILE: u64 = 5 * 1024 * 1024;
/// The most bytes that all files of a chart may have together, as in Helm 3.17.3.
pub const LARGEST_CHART: u64 = 100 * 1024 * 1024;
/// The most files that a chart may have. Helm has no such limit.
pub const MOST_FILES: usize = 20_000;

/// What some programs begin a text file with, and Helm leaves out.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// An archive that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is not a gzip-compressed tar archive.
    #[error("it is not a gzip-compressed tar archive")]
    Form(#[from] io::Error),
    /// One of its paths is not below the chart's folder.
    #[error("it holds `{path}`, which is not in the chart's folder")]
    Outside {
        /// The path.
        path: String,
    },
    /// It is too big.
    #[error("{what} is larger than {most} bytes")]
    Big {
        /// What.
        what: String,
        /// The limit.
        most: u64,
    },
    /// It holds too many files.
    #[error("it holds more than {most} files")]
    Many {
        /// The limit.
        most: usize,
    },
    /// It holds no `Chart.yaml`.
    #[error("it holds no Chart.yaml")]
    NoChart,
}

/// Returns the files of a chart's archive, in their order. The folder that they are all in, whatever
/// its name, is left out of their paths. Links hold nothing here, as in Helm.
pub fn unpack(bytes: &[u8]) -> Result<Vec<File>, ArchiveError> {
    unpack_within(bytes, &Limits { file: LARGEST_FILE, chart: LARGEST_CHART, files: MOST_FILES })
}

struct Limits {
    file: u64,
    chart: u64,
    files: usize,
}

fn unpack_within(bytes: &[u8], limits: &Limits) -> Result<Vec<File>, ArchiveError> {
    // Headers and links take room too, which nothing else counts.
    let mut archive = Archive::new(GzDecoder::new(bytes).take(limits.chart * 2));
    let (mut files, mut total) = (Vec::new(), 0);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        if matches!(kind, EntryType::Directory | EntryType::XGlobalHeader) {
            continue;
        }
        let raw = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = inner_path(&raw).ok_or(ArchiveError::Outside { path: raw })?;
        if files.len() >= limits.files {
            return Err(ArchiveError::Many { most: limits.files });
        }
        let mut content = Vec::new();
        if kind.is_file() {
            entry.by_ref().take(limits.file + 1).read_to_end(&mut content)?;
        }
        total += content.len() as u64;
        if content.len() as u64 > limits.file {
            return Err(ArchiveError::Big { what: format!("`{path}`"), most: limits.file });
        }
        if total > limits.chart {
            return Err(ArchiveError::Big { what: "the chart".to_owned(), most: limits.chart });
        }
        if content.starts_with(BYTE_ORDER_MARK) {
            content.drain(..BYTE_ORDER_MARK.len());
        }
        files.push(File { path, content });
    }
    if !files.iter().any(|file| file.path == "Chart.yaml") {
        return Err(ArchiveError::NoChart);
    }
    Ok(files)
}

/// Returns the path below the chart's folder, or `None` where that is outside.
fn inner_path(raw: &str) -> Option<String> {
    let separator = if raw.contains('\\') { '\\' } else { '/' };
    let (_, rest) = raw.split_once(separator)?;
    let rest = rest.replace(separator, "/");
    if rest.starts_with('/') || rest.contains('\0') || has_drive(&rest) {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for name in rest.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    if names.is_empty() { None } else { Some(names.join("/")) }
}

fn has_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic())
}

/// Returns an archive of a chart's files below one folder. The same files make the same bytes.
pub fn pack(folder: &str, files: &[File]) -> io::Result<Vec<u8>> {
    let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for file in files {
        let mut header = Header::new_gnu();
        header.set_size(file.content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        let path = format!("{folder}/{}", file.path);
        builder.append_data(&mut header, path, file.content.as_slice())?;
    }
    builder.into_inner()?.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn archive(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
        let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
        for (path, kind, content) in entries {
            let mut header = Header::new_gnu();
            // Written past the library's checks, as an attacker would.
            header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(content.len() as u64);
            header.set_mode(0o4755);
            header.set_cksum();
            builder.append(&header, *content).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    fn check(entries: &[(&str, EntryType, &[u8])], expected: &Expect) {
        let shown = match unpack(&archive(entries)) {
            Ok(files) => {
                let shown = |file: &File| {
                    format!("{} {:?}\n", file.path, String::from_utf8_lossy(&file.content))
                };
                files.iter().map(shown).collect::<Vec<_>>().concat()
            }
            Err(error) => format!("error: {error}\n"),
        };
        expected.assert_eq(&shown);
    }

    const CHART: (&str, EntryType, &[u8]) = ("c/Chart.yaml", EntryType::Regular, b"name: c");

    #[test]
    fn files_lose_their_folder_and_links_their_targets() {
        check(
            &[
                CHART,
                ("c/", EntryType::Directory, b""),
                ("c/./a//b.txt", EntryType::Regular, b"\xEF\xBB\xBFtext"),
                ("d\\e\\f", EntryType::Regular, b"\xFF"),
                ("c/link", EntryType::Symlink, b""),
                ("c/hard", EntryType::Link, b""),
                ("c/x/../y", EntryType::Regular, b""),
            ],
            &expect![[r#"
                Chart.yaml "name: c"
                a/b.txt "text"
                e/f "�"
                link ""
                hard ""
                y ""
            "#]],
        );
    }

    #[test]
    fn paths_that_leave_the_folder_are_refused() {
        let outside = ["c/../../x", "c//etc", "c/C:/x", "x", "c/..", "../x/../..", "c\\..\\x"];
        for path in outside {
            let refused = unpack(&archive(&[CHART, (path, EntryType::Regular, b"")]));
            assert!(matches!(refused, Err(ArchiveError::Outside { .. })), "{path}");
        }
    }

    #[test]
    fn what_is_no_chart_is_told() {
        check(
            &[],
            &expect![[r#"
            error: it holds no Chart.yaml
        "#]],
        );
        let refused = unpack(b"<html>").unwrap_err();
        assert_eq!(refused.to_string(), "it is not a gzip-compressed tar archive");
        let whole = archive(&[CHART]);
        assert!(matches!(unpack(&whole[..whole.len() / 2]), Err(ArchiveError::Form(_))));
    }

    #[test]
    fn a_bomb_is_refused() {
        let limits = Limits { file: 1000, chart: 5000, files: 7 };
        let check = |size: usize, count: usize| {
            let zeros = vec![0; size];
            let entry = ("c/z", EntryType::Regular, zeros.as_slice());
            let entries: Vec<_> = std::iter::once(CHART).chain(vec![entry; count]).collect();
            match unpack_within(&archive(&entries), &limits) {
                Ok(files) => format!("{} files", files.len()),
                Err(error) => error.to_string(),
            }
        };
        assert_eq!(check(1000, 4), "5 files");
        assert_eq!(check(1001, 1), "`z` is larger than 1000 bytes");
        assert_eq!(check(1000, 5), "the chart is larger than 5000 bytes");
        assert_eq!(check(0, 7), "it holds more than 7 files");
        assert_eq!(check(5_000_000, 1), "`z` is larger than 1000 bytes");
    }

    #[test]
    fn what_is_packed_is_unpacked_and_always_alike() {
        let long = format!("{}/b", "a".repeat(180));
        let file = |path: &str| File { path: path.to_owned(), content: path.as_bytes().to_vec() };
        let files = [file("Chart.yaml"), file("templates/é.yaml"), file(&long)];
        let packed = pack("chart", &files).unwrap();
        assert_eq!(packed, pack("chart", &files).unwrap());
        assert_eq!(unpack(&packed).unwrap(), files);
    }
}
