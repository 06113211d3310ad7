//! The processes of a run as any user of the machine sees them, and signals to them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A process at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    /// Its number.
    pub(crate) id: u32,
    /// Its argument list, the program first.
    pub(crate) arguments: Vec<String>,
    /// Its environment as `NAME=value`.
    pub(crate) environment: Vec<String>,
    parent: u32,
}

impl Process {
    /// Returns the processes that were given `marker` in their environment, and their descendants.
    pub(crate) fn family(marker: &str) -> Vec<Self> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let all: Vec<Self> = entries.filter_map(|entry| read(&entry.path())).collect();
        let given = |process: &&Self| process.environment.iter().any(|entry| entry == marker);
        let mut family: BTreeSet<u32> = all.iter().filter(given).map(|known| known.id).collect();
        loop {
            let size = family.len();
            let children = all.iter().filter(|process| family.contains(&process.parent));
            let children: Vec<u32> = children.map(|process| process.id).collect();
            family.extend(children);
            if family.len() == size {
                break;
            }
        }
        all.into_iter().filter(|process| family.contains(&process.id)).collect()
    }
}

/// Sends a signal such as `INT` to one process.
pub(crate) fn signal(process: u32, name: &str) {
    let arguments = ["-c", "kill -s \"$0\" \"$1\" 2>/dev/null", name, &process.to_string()];
    // The process may have ended by itself: no success is asked for.
    Command::new("sh").args(arguments).status().expect("sh");
}

fn read(folder: &Path) -> Option<Process> {
    let id = folder.file_name()?.to_str()?.parse().ok()?;
    let state = fs::read_to_string(folder.join("stat")).ok()?;
    // The name in parentheses may hold anything; the parent is the second field behind it.
    let (_, behind) = state.rsplit_once(") ")?;
    let mut fields = behind.split(' ');
    if fields.next() == Some("Z") {
        return None;
    }
    let parent = fields.next()?.parse().ok()?;
    let arguments = strings(&folder.join("cmdline"));
    Some(Process { id, arguments, environment: strings(&folder.join("environ")), parent })
}

fn strings(file: &Path) -> Vec<String> {
    let bytes = fs::read(file).unwrap_or_default();
    let bytes = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
    if bytes.is_empty() {
        return Vec::new();
    }
    bytes.split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned()).collect()
}
