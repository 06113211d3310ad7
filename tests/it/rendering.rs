//! Where `render` writes, and what it leaves alone.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::it::laptop::{errors, run};
use crate::it::product::{STATIC, executable};
use crate::support::definition::{Definition, tree};

fn definition(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    Definition::new(STATIC).write(&folder.path().join("hld"));
    Definition::new(files).write(&folder.path().join("hld"));
    folder
}

/// Renders into a folder, and returns the error's code and text; nothing where there is none.
fn refused(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = run(&folder.join("hld"), &[&["render"], arguments].concat(), &[]);
    (!output.status.success()).then(|| errors(&output))
}

#[test]
fn folders_of_the_definition_are_not_replaced() {
    let folder = definition(&[("prod/note.yaml", "kind: Mine\n"), ("config/config.yaml", "{}\n")]);
    let before = tree(&folder.path().join("hld"));
    for environment in ["prod", "config", "a"] {
        for output in [".", "../hld", &folder.path().join("hld").to_string_lossy()] {
            let flags = ["--environments", environment, "--allow-missing-environment"];
            let flags = [flags.as_slice(), &["--output-directory", output]].concat();
            let text = refused(folder.path(), &flags).unwrap_or_default();
            assert!(text.contains("E702"), "{environment} {output}: {text}");
        }
    }
    let text = refused(
        folder.path(),
        &["--environments", "hld", "--output-directory", "..", "--allow-missing-environment"],
    );
    assert!(text.unwrap_or_default().contains("E702"));
    assert_eq!(tree(&folder.path().join("hld")), before);
}

#[test]
fn what_render_has_made_it_replaces() {
    let folder = definition(&[]);
    let to_out = ["--environments", "prod,test", "--output-directory", "out"];
    assert_eq!(refused(folder.path(), &to_out), None);
    Definition::new(&[("component.yaml", "name: other\n")]).write(&folder.path().join("hld"));
    assert_eq!(refused(folder.path(), &to_out), None);
    let out = tree(&folder.path().join("hld/out"));
    assert_eq!(
        out.keys().collect::<Vec<_>>(),
        [".fabrikate-gitops", "prod/other.yaml", "test/other.yaml"]
    );

    // What Fabrikate has made in its own folder is replaced too.
    Definition::new(&[("generated/prod/old.yaml", "x\n")]).write(&folder.path().join("hld"));
    assert_eq!(refused(folder.path(), &[]), None);
    let generated = tree(&folder.path().join("hld/generated"));
    assert_eq!(generated.keys().collect::<Vec<_>>(), ["prod/other.yaml"]);
    assert_eq!(refused(folder.path(), &["--output-directory", "generated"]), None);
}

#[test]
fn a_killed_render_leaves_the_old_manifests_or_the_new_ones() {
    let folder = definition(&[]);
    let hld = folder.path().join("hld");
    let write = |kind: &str| {
        let mut root = "name: root\nsubcomponents:\n".to_owned();
        for number in 0..40 {
            root += &format!("- {{name: {kind}{number}, type: static, path: a}}\n");
        }
        Definition::new(&[("component.yaml", &root)]).write(&hld);
    };
    let render = || {
        let mut command = Command::new(executable());
        command.args(["render", "--output-directory", "out"]).current_dir(&hld).env_clear();
        command.stderr(Stdio::null());
        command
    };
    let made = || tree(&hld.join("out/prod"));
    let rendered = |kind: &str| -> (BTreeMap<_, _>, Duration) {
        write(kind);
        let start = Instant::now();
        assert!(render().status().expect("render").success());
        (made(), start.elapsed())
    };
    let (odd, time) = rendered("odd");
    let (even, _) = rendered("even");
    let (mut killed, mut done) = (0, 0);
    for round in 0..60_u32 {
        write(if round % 2 == 1 { "odd" } else { "even" });
        let before = made();
        let mut child = render().spawn().expect("render");
        std::thread::sleep(time * (round + 10) / 60);
        child.kill().expect("kill");
        child.wait().expect("wait");
        match made() {
            found if found == before => killed += 1,
            found if found == odd || found == even => done += 1,
            found => panic!("round {round}: a mix of {:?}", found.keys()),
        }
    }
    assert!(killed > 0, "every run came to its end ({done})");
    assert_eq!(rendered("odd").0, odd);
}
