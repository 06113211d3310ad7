//! What `set`, `add` and `remove` refuse, each with a code, and what is right beside it.

use expect_test::{Expect, expect};

use crate::it::set::check;

#[test]
fn what_cannot_be_edited_in_place_is_refused() {
    let refused = |text: &str, assignment: &str, expected: &Expect| {
        check(&[("config/common.yaml", text)], &["set", "--preserve", assignment], expected);
    };
    refused(
        "config:\n  a: &x {b: 1}\n  c: *x\n",
        "c.b=2",
        &expect![[r#"
        error[E318]: the file cannot be edited: an alias stands where a part is to be changed
          --> $FOLDER/config/common.yaml:3
          = change it by hand where it stands: what it means elsewhere is for you to decide
    "#]],
    );
    refused(
        "config:\n  a: &x {b: 1}\n  c: *x\n",
        "a.b=2",
        &expect![[r#"
        error[E318]: the file cannot be edited: other places use the anchor `x` of what is to be changed
          --> $FOLDER/config/common.yaml:2
          = change it by hand where it stands: what it means elsewhere is for you to decide
    "#]],
    );
    refused(
        "config:\n  a: &x {b: {d: 1}}\n  c: {<<: *x}\n",
        "c.b.e=2",
        &expect![[r#"
        error[E318]: the file cannot be edited: a merge key brings in what is to be changed
          --> $FOLDER/config/common.yaml:3
          = change it by hand where it stands: what it means elsewhere is for you to decide
    "#]],
    );
    refused(
        "config: {a: 1}\n---\nconfig: {}\n",
        "a=2",
        &expect![[r#"
        error[E318]: the file cannot be edited: it holds more than one document
          --> $FOLDER/config/common.yaml
          = change it by hand, or let the file be written anew without --preserve
    "#]],
    );
    refused(
        "config: {a: 1, a: 2}\n",
        "a=3",
        &expect![[r#"
        error[E318]: the file cannot be edited: the key `a` is there more than once
          --> $FOLDER/config/common.yaml:1
          = remove one of them
    "#]],
    );
    refused(
        "config:\n  a: |\n    no end",
        "b=3",
        &expect![[r#"
        error[E318]: the file cannot be edited: its last line has no end and belongs to a text of several lines
          --> $FOLDER/config/common.yaml
          = end the last line
    "#]],
    );
    // Right beside them: what is safe is done.
    refused(
        "config:\n  a: &x {b: 1}\n  c: *x\n",
        "c=2",
        &expect![[r#"
        Set 1 value in config/common.yaml.
        --- config/common.yaml
        config:
          a: &x {b: 1}
          c: "2"
    "#]],
    );
    refused(
        "config:\n  a: &x {b: {d: 1}}\n  c: {<<: *x}\n",
        "c.b=2",
        &expect![[r#"
        Set 1 value in config/common.yaml.
        --- config/common.yaml
        config:
          a: &x {b: {d: 1}}
          c: {<<: *x, b: "2"}
    "#]],
    );
}

#[test]
fn what_is_to_be_set_has_to_be_understood() {
    check(
        &[],
        &["set"],
        &expect![[r#"
        error[E314]: there is nothing to set
          = write `key=value`, `a.b=value` or `a."key with dots"=value`
    "#]],
    );
    check(
        &[],
        &["set", "a"],
        &expect![[r#"
        error[E314]: `a` cannot be understood: there is no `=`
          = write `key=value`, `a.b=value` or `a."key with dots"=value`
    "#]],
    );
    check(
        &[],
        &["set", "a\nb=1"],
        &expect![[r#"
            error[E314]: `a b` cannot be understood: a key goes over several lines
              = write `key=value`, `a.b=value` or `a."key with dots"=value`
        "#]],
    );
    check(
        &[],
        &["set", "\"a\nb\"=1"],
        &expect![[r#"
        Set 1 value in config/common.yaml.
        --- config/common.yaml
        config:
          ? |-
            a
            b
          : "1"
    "#]],
    );
    check(
        &[],
        &["set", "--subcomponent", "a\nb", "c=1"],
        &expect![[r#"
        error[E314]: `a b` cannot be understood: a key goes over several lines
          = write `key=value`, `a.b=value` or `a."key with dots"=value`
    "#]],
    );
    check(
        &[],
        &["set", "<<=x"],
        &expect![[r#"
        error[E318]: the file cannot be edited: it would not be read as what it should say
          --> $FOLDER/config/common.yaml
          = change it by hand, or try the other way of writing (--preserve)
    "#]],
    );
    check(
        &[("config/common.yaml", "{}\n")],
        &["set", "--preserve", "<<=x"],
        &expect![[r#"
        Set 1 value in config/common.yaml.
        --- config/common.yaml
        config:
          "<<": x
    "#]],
    );
}

#[test]
fn the_file_of_values_has_to_be_one() {
    check(
        &[],
        &["set", "--file", "in.yaml"],
        &expect![[r#"
        error[E315]: the file of values cannot be read
          = give a YAML file that holds a mapping
          | cannot read $FOLDER/in.yaml: No such file or directory (os error 2)
    "#]],
    );
    check(
        &[("in.yaml", "a: 1\nb: [\n")],
        &["set", "--file", "in.yaml"],
        &expect![[r#"
        error[E315]: the file of values is not valid: did not find expected node content
          --> $FOLDER/in.yaml:3:1
          = give a YAML file that holds a mapping
    "#]],
    );
    check(
        &[("in.yaml", "a: 1\na.b: 2\n")],
        &["set", "--file", "in.yaml"],
        &expect![[r#"
        error[E315]: the file of values is not valid: it has two values for `a`, or one below another
          --> $FOLDER/in.yaml
          = give a YAML file that holds a mapping
    "#]],
    );
    check(
        &[("in.yaml", "a.b: 2\n")],
        &["set", "--file", "in.yaml"],
        &expect![[r#"
        Set 1 value in config/common.yaml.
        --- config/common.yaml
        config:
          a:
            b: "2"
    "#]],
    );
    check(
        &[],
        &["set", "--file", "/dev/zero"],
        &expect![[r#"
            error[E315]: the file of values cannot be read
              = give a YAML file that holds a mapping
              | cannot read /dev/zero: it has more than 64 MiB
        "#]],
    );
}

#[test]
fn new_keys_are_new_only_where_they_may_be() {
    let files = [("config/common.yaml", "config: {a: {b: 1}}\nsubcomponents: {s: {}}\n")];
    check(
        &files,
        &["set", "--no-new-config-keys", "a.b=2", "a.c=3"],
        &expect![[r#"
        error[E316]: `config.a.c` is not in the file, and no new keys are allowed
          --> $FOLDER/config/common.yaml
          = correct the key, or leave --no-new-config-keys out
    "#]],
    );
    check(
        &files,
        &["set", "--no-new-config-keys", "--subcomponent", "s.t", "a=3"],
        &expect![[r#"
            error[E316]: `subcomponents.s.subcomponents.t` is not in the file, and no new keys are allowed
              --> $FOLDER/config/common.yaml
              = correct the key, or leave --no-new-config-keys out
        "#]],
    );
    check(
        &files,
        &["set", "--no-new-config-keys", "a.b=2"],
        &expect![[r#"
        Set 1 value in config/common.yaml.
        --- config/common.yaml
        config:
          a:
            b: "2"
        subcomponents:
          s: {}
    "#]],
    );
    check(
        &files,
        &["set", "--no-new-config-keys=false", "a.c=2"],
        &expect![[r#"
        Set 1 value in config/common.yaml.
        --- config/common.yaml
        config:
          a:
            b: 1
            c: "2"
        subcomponents:
          s: {}
    "#]],
    );
}

#[test]
fn a_path_leads_through_mappings_only() {
    let files = [("config/common.yaml", "config:\n  a: x\n  b: [1]\n  c: ~\n")];
    check(
        &files,
        &["set", "a.x=1"],
        &expect![[r#"
        error[E317]: `config.a` is a text, and no mapping
          --> $FOLDER/config/common.yaml:2
          = set it as a whole first, or another key
    "#]],
    );
    check(
        &files,
        &["set", "--preserve", "b.x=1"],
        &expect![[r#"
        error[E317]: `config.b` is a list, and no mapping
          --> $FOLDER/config/common.yaml:3
          = set it as a whole first, or another key
    "#]],
    );
    check(
        &files,
        &["set", "c.x=1"],
        &expect![[r#"
        Set 1 value in config/common.yaml.
        --- config/common.yaml
        config:
          a: x
          b:
          - 1
          c:
            x: "1"
    "#]],
    );
}

#[test]
fn an_environment_names_a_file_below_config() {
    check(
        &[],
        &["set", "--environment", "../prod", "a=1"],
        &expect![[r#"
        error[E102]: `../prod` cannot be the name of an environment (`..` would leave the folder of the manifests)
          = name a file below config/, without its ending
    "#]],
    );
    check(
        &[],
        &["set", "--environment", "/tmp/prod", "a=1"],
        &expect![[r#"
        error[E102]: `/tmp/prod` cannot be the name of an environment (it is not a relative path with slashes)
          = name a file below config/, without its ending
    "#]],
    );
    check(
        &[],
        &["set", "--environment", "", "a=1"],
        &expect![[r#"
        error[E102]: `` cannot be the name of an environment (it is empty)
          = name a file below config/, without its ending
    "#]],
    );
    check(
        &[],
        &["set", "--environment", "east/prod", "a=1"],
        &expect![[r#"
        Set 1 value in config/east/prod.yaml.
        --- config/east/prod.yaml
        config:
          a: "1"
    "#]],
    );
}

#[test]
fn files_that_are_not_valid_stay_as_they_are() {
    check(
        &[("config/common.yaml", "config: [\n")],
        &["set", "a=1"],
        &expect![[r#"
        error[E303]: the configuration file is not valid: did not find expected node content
          --> $FOLDER/config/common.yaml:2:1
          = correct the file
    "#]],
    );
    check(
        &[("component.yaml", "name: [\n")],
        &["add", "a"],
        &expect![[r#"
        error[E302]: the component file is not valid: did not find expected node content
          --> $FOLDER/component.yaml:2:1
          = correct the file
    "#]],
    );
    check(
        &[("component.yaml", "name: [\n")],
        &["remove", "a"],
        &expect![[r#"
        error[E302]: the component file is not valid: did not find expected node content
          --> $FOLDER/component.yaml:2:1
          = correct the file
    "#]],
    );
    check(
        &[],
        &["remove", "a"],
        &expect![[r#"
        error[E301]: there is neither component.yaml nor component.json in $FOLDER
          = start in the folder of a component
    "#]],
    );
    check(
        &[],
        &["add", "a", "b", "--method", "local", "--branch", "x"],
        &expect![[r#"
        The branch `x` is left out: the method is not git.
        `b` is left out: one component is added.
        Added `a` in component.yaml.
        --- component.yaml
        name: hld
        subcomponents:
        - name: a
          type: component
          method: local
    "#]],
    );
}
