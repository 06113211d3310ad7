//! How `set`, `add` and `remove` write files.

use std::path::Path;

use expect_test::expect;

use crate::it::set::{check, run, said};
use crate::support::definition::{Definition, tree};

#[test]
fn links_are_followed_within_the_definition_only() {
    let parent = tempfile::tempdir().expect("folder");
    let (folder, outside) = (parent.path().join("hld"), parent.path().join("outside"));
    let files = [("config/inner.yaml", "config: {a: x}\n"), ("component.yaml", "name: root\n")];
    Definition::new(&files).write(&folder);
    Definition::new(&[("common.yaml", "config: {a: x}\n"), ("component.yaml", "name: out\n")])
        .write(&outside);
    let link = |target: &str, path: &str| {
        std::os::unix::fs::symlink(target, folder.join(path)).expect("link");
    };
    link("../../outside/common.yaml", "config/outer.yaml");
    link("inner.yaml", "config/linked.yaml");
    link("../../nowhere/x.yaml", "config/dangling.yaml");
    link("../../outside", "config/folder");
    let before = tree(&outside);
    let mut text = String::new();
    for environment in ["outer", "dangling", "folder/common", "folder/new", "linked"] {
        let output = run(&folder, &["set", "--environment", environment, "a=y"]);
        text.push_str(
            &said(&output, &folder).replace(&parent.path().display().to_string(), "$PARENT"),
        );
    }
    expect![[r#"
        error[E319]: a link leads from $FOLDER/config/outer.yaml out of the definition
          --> $FOLDER/config/outer.yaml
          = edit the file where it is, or replace the link by a file
        error[E334]: the file cannot be written
          = check the permissions and the free space
          | cannot find $FOLDER/config/dangling.yaml: No such file or directory (os error 2)
        error[E319]: a link leads from $FOLDER/config/folder/common.yaml out of the definition
          --> $FOLDER/config/folder/common.yaml
          = edit the file where it is, or replace the link by a file
        error[E319]: a link leads from $FOLDER/config/folder/new.yaml out of the definition
          --> $FOLDER/config/folder/new.yaml
          = edit the file where it is, or replace the link by a file
        Set 1 value in config/linked.yaml.
    "#]]
    .assert_eq(&text);
    assert_eq!(tree(&outside), before);
    assert!(!parent.path().join("nowhere").exists());
    assert!(folder.join("config/linked.yaml").is_symlink());
    let inner = std::fs::read_to_string(folder.join("config/inner.yaml")).expect("file");
    assert_eq!(inner, "config:\n  a: \"y\"\n");
}

#[test]
fn a_file_is_replaced_whole_and_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("folder");
    Definition::new(&[("config/common.yaml", "config: {a: x}\n")]).write(folder.path());
    let file = folder.path().join("config/common.yaml");
    let mode = |path: &Path| std::fs::metadata(path).expect("file").permissions().mode() & 0o777;
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("permissions");
    assert!(run(folder.path(), &["set", "a=y"]).status.success());
    assert!(run(folder.path(), &["set", "--environment", "new", "a=y"]).status.success());
    assert_eq!((mode(&file), mode(&folder.path().join("config/new.yaml"))), (0o600, 0o644));
    let names: Vec<String> = tree(folder.path()).into_keys().collect();
    assert_eq!(names, ["config/common.yaml", "config/new.yaml"]);
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    check(
        &[("config", "a file")],
        &["set", "a=y"],
        &expect![[r#"
        error[E334]: the file cannot be written
          = check the permissions and the free space
          | cannot create $FOLDER/config: File exists (os error 17)
    "#]],
    );
}

#[test]
fn large_files_are_edited_in_time() {
    let folder = tempfile::tempdir().expect("folder");
    let lines = (0..40_000).map(|number| format!("  key{number}: value # {number}\n"));
    let values = (0..2_000).map(|number| format!("key{number}: new\n"));
    let (lines, values): (Vec<_>, Vec<_>) = (lines.collect(), values.collect());
    let (old, values) = (format!("config:\n{}", lines.concat()), values.concat());
    Definition::new(&[("config/common.yaml", &old), ("in.yaml", &values)]).write(folder.path());
    let output = run(folder.path(), &["set", "--preserve", "-f", "in.yaml"]);
    assert!(output.status.success(), "{}", said(&output, folder.path()));
    let new = std::fs::read_to_string(folder.path().join("config/common.yaml")).expect("file");
    assert_eq!(new.matches(": new # ").count(), 2_000);
    assert_eq!(new.replace(": new # ", ": value # "), old);
}

#[test]
fn a_mistake_in_the_arguments_ends_with_2() {
    let folder = tempfile::tempdir().expect("folder");
    assert_eq!(run(folder.path(), &["add"]).status.code(), Some(2));
    assert_eq!(run(folder.path(), &["remove"]).status.code(), Some(2));
    assert_eq!(run(folder.path(), &["set", "--nope", "a=1"]).status.code(), Some(2));
    assert_eq!(run(folder.path(), &["set", "a"]).status.code(), Some(1));
}
