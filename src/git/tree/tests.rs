//! Tests of the trees.

use super::*;
use expect_test::{Expect, expect};

/// Writes a tree with `before`, edits it, and compares the listing.
fn check(before: &[&str], edits: &[&str], expected: &Expect) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let parsed = |lines: &[&str]| -> Edits {
        let edit = |line: &&str| match line.split_once('=') {
            Some((path, text)) => (path.to_owned(), Some(store.add_file(text.as_bytes()).unwrap())),
            None => ((*line).to_owned(), None),
        };
        lines.iter().map(edit).collect()
    };
    let root = edit(&store, None, &parsed(before)).unwrap().tree;
    let text = match edit(&store, root, &parsed(edits)) {
        Err(EditError::InTheWay(path)) => format!("in the way: {path}"),
        Err(EditError::Unusable { path, reason }) => format!("unusable: {path}: {reason}"),
        Err(EditError::Git(error)) => panic!("{error}"),
        Ok(Edited { tree: None, .. }) => "nothing".to_owned(),
        Ok(Edited { tree: Some(tree), .. }) => {
            let list = below(&store, tree).unwrap().into_iter().map(|(path, (_, id))| {
                format!("{path}={}", String::from_utf8(store.file(id).unwrap()).unwrap())
            });
            list.collect::<Vec<_>>().join("\n")
        }
    };
    expected.assert_eq(&format!("{text}\n"));
}

#[test]
fn other_files_ride_along() {
    check(
        &["README.md=r", "prod/a.yaml=1", "prod/b/c.yaml=2", "other/x=3"],
        &["prod/a.yaml=9", "prod/b/d.yaml=4"],
        &expect![[r#"
            README.md=r
            other/x=3
            prod/a.yaml=9
            prod/b/c.yaml=2
            prod/b/d.yaml=4
        "#]],
    );
}

#[test]
fn a_folder_that_becomes_empty_goes() {
    check(
        &["a/b/c=1", "x=2"],
        &["a/b/c"],
        &expect![[r#"
        x=2
    "#]],
    );
    check(
        &["a/b/c=1"],
        &["a/b/c"],
        &expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn a_file_may_become_a_folder_and_the_other_way_round() {
    check(
        &["a=1"],
        &["a", "a/b=2"],
        &expect![[r#"
        a/b=2
    "#]],
    );
    check(
        &["a/b=1"],
        &["a/b", "a=2"],
        &expect![[r#"
        a=2
    "#]],
    );
}

#[test]
fn what_stands_in_the_way_is_named() {
    check(
        &["d/a=1"],
        &["d/a/b=2"],
        &expect![[r#"
        in the way: d/a
    "#]],
    );
    check(
        &["d/a/b=1"],
        &["d/a=2"],
        &expect![[r#"
        in the way: d/a
    "#]],
    );
}

#[test]
fn a_path_that_git_cannot_check_out_is_never_written() {
    check(
        &["a=1"],
        &["b//c=2"],
        &expect![[r#"
        unusable: b//c: a name in it is empty
    "#]],
    );
    check(
        &["a=1"],
        &["b/git~1/c=2"],
        &expect![[r#"
        unusable: b/git~1/c: git keeps its own files in `.git`, and some systems take a name in it for that
    "#]],
    );
}

#[test]
fn the_deepest_path_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let path = "a/".repeat(2047) + "a";
    let edits = Edits::from([(path.clone(), Some(store.add_file(b"x").unwrap()))]);
    let tree = edit(&store, None, &edits).unwrap().tree.unwrap();
    assert!(below(&store, tree).unwrap().contains_key(&path));
    let edits = Edits::from([(path, None)]);
    assert!(edit(&store, Some(tree), &edits).unwrap().tree.is_none());
}

#[test]
fn removing_what_is_not_there_changes_nothing() {
    check(
        &["a=1"],
        &["b", "c/d"],
        &expect![[r#"
        a=1
    "#]],
    );
}

#[test]
fn folders_sort_as_git_sorts_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let id = store.add_file(b"x").unwrap();
    let edits: Edits = ["a/b", "a.b", "a-b"].iter().map(|p| ((*p).to_owned(), Some(id))).collect();
    let tree = edit(&store, None, &edits).unwrap().tree.unwrap();
    let tree = store.repository().find_tree(tree).unwrap();
    let names: Vec<_> = tree.iter().map(|e| e.name().unwrap().to_owned()).collect();
    assert_eq!(names, ["a-b", "a.b", "a"]);
}
