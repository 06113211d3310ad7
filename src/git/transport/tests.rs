//! Tests of what servers announce.

use super::*;
use expect_test::{Expect, expect};

fn check(lines: &[&str], expected: &Expect) {
    let packets: Vec<_> = lines.iter().map(|line| Packet::Data(line.as_bytes().to_vec())).collect();
    let text = match parse_tips(&packets) {
        Ok(tips) => format!("{:?} {:#?}", tips.default_branch, tips.refs),
        Err(problem) => problem,
    };
    expected.assert_eq(&format!("{text}\n"));
}

const ONE: &str = "1111111111111111111111111111111111111111";

#[test]
fn refs_and_the_default_branch_are_read() {
    check(
        &[
            "# service=git-upload-pack\n",
            &format!("{ONE} HEAD\0multi_ack symref=HEAD:refs/heads/trunk filter\n"),
            &format!("{ONE} refs/heads/trunk\n"),
        ],
        &expect![[r#"
            Some("refs/heads/trunk") {
                "HEAD": 1111111111111111111111111111111111111111,
                "refs/heads/trunk": 1111111111111111111111111111111111111111,
            }
        "#]],
    );
}

#[test]
fn without_a_symref_the_branch_with_the_same_tip_is_the_default() {
    check(
        &[
            "# service=git-upload-pack\n",
            &format!("{ONE} HEAD\0multi_ack\n"),
            &format!("{ONE} refs/heads/a\n"),
            &format!("{ONE} refs/heads/main\n"),
        ],
        &expect![[r#"
            Some("refs/heads/main") {
                "HEAD": 1111111111111111111111111111111111111111,
                "refs/heads/a": 1111111111111111111111111111111111111111,
                "refs/heads/main": 1111111111111111111111111111111111111111,
            }
        "#]],
    );
}

#[test]
fn an_empty_repository_has_no_refs() {
    let zero = "0".repeat(40);
    check(
        &["# service=git-upload-pack\n", &format!("{zero} capabilities^{{}}\0shallow\n")],
        &expect![[r#"
            None {}
        "#]],
    );
}

#[test]
fn what_is_not_an_advertisement_is_refused() {
    check(
        &[],
        &expect![[r#"
        its answer is empty
    "#]],
    );
    check(
        &["hello"],
        &expect![[r#"
        it announces no service
    "#]],
    );
    check(
        &["# service=git-upload-pack\n", "ERR TF401019: no\n"],
        &expect![[r#"
        TF401019: no
    "#]],
    );
    check(
        &["# service=git-upload-pack\n", "x y\n"],
        &expect![[r#"
        a ref has no id (unable to parse OID - contains invalid characters; class=Invalid (3))
    "#]],
    );
}

#[test]
fn objects_named_by_sha256_are_noticed() {
    let announced = |capabilities: &str| {
        let line = format!("{} refs/heads/main\0{capabilities}\n", "1".repeat(64));
        let lines = ["# service=git-upload-pack\n", line.as_str()];
        let packets: Vec<_> = lines.iter().map(|l| Packet::Data(l.as_bytes().to_vec())).collect();
        is_sha256(&packets)
    };
    assert!(announced("filter object-format=sha256 agent=git/2"));
    assert!(!announced("filter object-format=sha1 agent=git/2"));
    assert!(!announced("filter"));
}
