//! Commits that are signed with an SSH key, as git itself sees them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::it::product::{STATIC, publishing, served};
use crate::support::definition::Definition;
use crate::support::git_server::Repository;

const PASSPHRASE: &str = "passphrase of the key 61";

/// Makes a key with the real ssh-keygen.
fn key(folder: &TempDir, kind: &str, passphrase: &str) -> PathBuf {
    let path = folder.path().join(format!("{kind}-{}", passphrase.len()));
    let status = Command::new("ssh-keygen")
        .args(["-q", "-t", kind, "-N", passphrase, "-C", "robot", "-f"])
        .arg(&path)
        .status();
    assert!(status.expect("ssh-keygen").success());
    path
}

/// Returns what git says of the signature of a branch's newest commit.
fn verified(repository: &Repository, key: &Path) -> (bool, String) {
    let public = fs::read_to_string(key.with_extension("pub")).expect("the public key");
    let allowed = key.with_extension("allowed");
    fs::write(&allowed, format!("robot@contoso.test {public}")).expect("allowed signers");
    let output = Command::new("git")
        .current_dir(repository.folder())
        .args(["-c", "gpg.format=ssh", "-c"])
        .arg(format!("gpg.ssh.allowedSignersFile={}", allowed.display()))
        .args(["verify-commit", "--verbose", "refs/heads/main"])
        .output()
        .expect("git");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn git_accepts_the_signature() {
    let folder = tempfile::tempdir().expect("folder");
    for passphrase in ["", PASSPHRASE] {
        let (_server, repository) = served();
        let key = key(&folder, "ed25519", passphrase);
        let agent = publishing(STATIC, &repository).input("signingKey", &key.to_string_lossy());
        let agent = if passphrase.is_empty() {
            agent
        } else {
            agent.secret("PASSPHRASE", passphrase).input("signingKeyPassphrase", "$(PASSPHRASE)")
        };
        assert_eq!(agent.run().succeeded().outputs()["outcome"], "pushed");
        let (good, words) = verified(&repository, &key);
        assert!(good && words.contains("Good \"git\" signature for robot@contoso.test"), "{words}");
        assert!(repository.message("main").contains("Source-Commit: "));
        repository.fsck();
        // Nothing to publish, nothing to sign.
        assert_eq!(agent.run().succeeded().outputs()["outcome"], "upToDate");
    }
}

#[test]
fn the_signature_is_of_that_key_and_of_no_other() {
    let folder = tempfile::tempdir().expect("folder");
    let (_server, repository) = served();
    let own = key(&folder, "ed25519", "");
    let other = tempfile::tempdir().expect("folder");
    let other = key(&other, "ed25519", "");
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    assert!(!verified(&repository, &own).0, "a commit without a signature");
    Definition::new(&[("a/config-map.yaml", "kind: Changed\n")]).write(&agent.sources());
    agent.input("signingKey", &own.to_string_lossy()).run().succeeded();
    assert!(verified(&repository, &own).0);
    assert!(!verified(&repository, &other).0);
}

#[test]
fn keys_that_are_of_no_use_are_named_before_any_work() {
    let folder = tempfile::tempdir().expect("folder");
    let (server, repository) = served();
    let server = server.may_stay_idle();
    let none = folder.path().join("none");
    fs::write(&none, "no key\n").expect("file");
    fs::set_permissions(&none, fs::Permissions::from_mode(0o600)).expect("permissions");
    for (path, text) in [
        (key(&folder, "ed25519", PASSPHRASE), "passphrase"),
        (key(&folder, "ecdsa", ""), "of the kind Ed25519"),
        (key(&folder, "rsa", ""), "ssh-rsa"),
        (none, "no private key"),
        (folder.path().join("nowhere"), "cannot be read"),
    ] {
        let agent = publishing(&[], &repository).input("signingKey", &path.to_string_lossy());
        let agent = agent.secret("OTHER", "another passphrase 7");
        let transcript = agent.input("signingKeyPassphrase", "$(OTHER)").run();
        assert_eq!(transcript.failed().error_codes(), ["E109"], "{transcript}");
        assert!(transcript.issues()[0].message.contains(text), "{transcript}");
    }
    assert!(server.requests().is_empty());
}
