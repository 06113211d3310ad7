//! Hooks that refuse pushes, in the two ways in which a client can be told why.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

// Git asks this hook what became of each ref and hands its words on as the status of the ref.
const PROC_RECEIVE: &str = r#"
packet() { printf '%04x%s\n' $((${#1} + 5)) "$1"; }
read_packet() {
    length=$(dd bs=1 count=4 2>/dev/null)
    [ "$length" = 0000 ] && return 1
    content=$(dd bs=1 count=$((0x$length - 4)) 2>/dev/null | tr -d '\000')
}
while read_packet; do :; done
packet version=1
printf 0000
refs=
while read_packet; do refs="$refs ${content##* }"; done
for ref in $refs; do packet "ng $ref $reason"; done
printf 0000
"#;

/// Lets a repository print `text` and refuse every push before any ref is touched.
pub(crate) fn refuse_all(hooks: &Path, text: &str) {
    write(&hooks.join("pre-receive"), &format!("{}\nexit 1\n", printed(text)));
}

/// Lets a repository print `text` and refuse pushes to one ref; keeps what was refused before.
pub(crate) fn refuse_in_update(hooks: &Path, name: &str, text: &str) {
    let hook = hooks.join("update");
    let before = fs::read_to_string(&hook).unwrap_or_default();
    let before = before.strip_prefix("#!/bin/sh\n").unwrap_or_default();
    let name = quoted(name);
    let refusal = format!("if [ \"$1\" = {name} ]; then\n{}\nexit 1\nfi\n", printed(text));
    write(&hook, &format!("{before}{refusal}"));
}

/// Lets a repository refuse what `receive.procReceiveRefs` names, with `reason` as its status.
pub(crate) fn refuse_with_reason(hooks: &Path, reason: &str) {
    write(&hooks.join("proc-receive"), &format!("reason={}{PROC_RECEIVE}", quoted(reason)));
}

fn write(hook: &Path, script: &str) {
    fs::create_dir_all(hook.parent().expect("a folder of hooks")).expect("folder of hooks");
    fs::write(hook, format!("#!/bin/sh\n{script}")).expect("hook");
    fs::set_permissions(hook, fs::Permissions::from_mode(0o755)).expect("permissions");
}

fn printed(text: &str) -> String {
    format!("cat >/dev/null\nprintf '%s\\n' {} >&2", quoted(text))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
