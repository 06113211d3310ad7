//! Charts from Helm repositories and registries, and what they depend on.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use flate2::read::GzDecoder;

use crate::it::conformance_install::digest;
use crate::it::product::{executable, step};
use crate::support::agent::Agent;
use crate::support::definition::{Definition, tree};
use crate::support::git_server::GitServer;
use crate::support::helm;
use crate::support::http::{Request, Response};

/// Writes a chart of one template.
pub(crate) fn chart(folder: &Path, name: &str, version: &str, dependencies: &str) {
    let metadata = format!("apiVersion: v2\nname: {name}\nversion: {version}\n{dependencies}");
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Chart.Name }}-{{ .Chart.Version }}\n";
    Definition::new(&[("Chart.yaml", &metadata), ("templates/a.yaml", template)]).write(folder);
}

/// Packs a chart with the real Helm and returns the archive.
pub(crate) fn packed(name: &str, version: &str, dependencies: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("folder");
    chart(&folder.path().join(name), name, version, dependencies);
    let output = Command::new(helm::folder().join("helm"))
        .args(["package", name])
        .current_dir(folder.path())
        .output()
        .expect("helm");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(folder.path().join(format!("{name}-{version}.tgz"))).expect("archive")
}

/// A Helm repository: its files, by path.
type Files = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

fn repository(files: &[(&str, Vec<u8>)]) -> (GitServer, Files) {
    let files: Files = Arc::new(Mutex::new(
        files.iter().map(|(path, text)| ((*path).into(), text.clone())).collect(),
    ));
    let answering = Arc::clone(&files);
    let server = GitServer::start().answering(move |request: &Request| {
        let files = answering.lock().expect("files");
        let body = files.get(request.path.trim_start_matches('/'))?;
        Some(Response::new(200).body("application/octet-stream", body))
    });
    (server, files)
}

fn index(entries: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    let mut text = "apiVersion: v1\nentries:\n  app:\n".to_owned();
    for (name, version, url, digest) in entries {
        text += &format!(
            "  - {{name: {name}, version: {version}, urls: [{url}], digest: '{digest}'}}\n"
        );
    }
    text.into_bytes()
}

pub(crate) fn rendering(component: &str) -> Agent {
    let agent = step().input("command", "render").variable("PATH", &helm::path());
    let files = [("component.yaml", component), ("config/prod.yaml", "{}\n")];
    Definition::new(&files).write(&agent.sources());
    agent
}

pub(crate) fn component(name: &str, source: &str, version: &str) -> String {
    format!(
        "- {{name: {name}, type: helm, method: helm, source: '{source}', path: app, version: '{version}'}}\n"
    )
}

pub(crate) fn root(items: &str) -> String {
    format!("name: root\nsubcomponents:\n{items}")
}

pub(crate) fn manifest(agent: &Agent, name: &str) -> String {
    let file = agent.sources().join(format!("generated/prod/{name}.yaml"));
    std::fs::read_to_string(file).expect("manifest")
}

#[track_caller]
pub(crate) fn fails(agent: &Agent, code: &str, part: &str) {
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), [code], "{transcript}");
    assert!(transcript.to_string().contains(part), "{transcript}");
}

#[test]
fn an_index_and_an_archive_are_fetched_once() {
    let archive = packed("app", "1.2.0", "");
    let digest = digest(&archive);
    let index = index(&[("app", "1.2.0", "files/app-1.2.0.tgz", &digest)]);
    let (server, _) = repository(&[("index.yaml", index), ("files/app-1.2.0.tgz", archive)]);
    let items: String = (0..6).map(|n| component(&format!("c{n}"), &server.url(), "^1")).collect();
    let agent = rendering(&root(&items));
    agent.run().succeeded();
    assert!(manifest(&agent, "c5").contains("name: app-1.2.0"));
    let mut asked: Vec<_> = server.requests().into_iter().map(|request| request.target).collect();
    asked.sort();
    assert_eq!(asked, ["/files/app-1.2.0.tgz", "/index.yaml"]);
}

#[test]
fn what_is_not_as_announced_is_refused() {
    let archive = packed("app", "1.0.0", "");
    let sound = digest(&archive);
    let (server, files) = repository(&[("app.tgz", archive.clone())]);
    let agent = rendering(&root(&component("app", &server.url(), "")));
    let with = |name: &str, bytes: Vec<u8>| {
        files.lock().expect("files").insert(name.to_owned(), bytes);
    };
    with("index.yaml", index(&[("app", "1.0.0", "app.tgz", &"0".repeat(64))]));
    fails(&agent, "E330", &format!("has the SHA-256 {sound}"));
    with("index.yaml", index(&[("app", "1.0.0", "app.tgz", &sound)]));
    agent.run().succeeded();
    with("index.yaml", index(&[("app", "1.0.0-rc.1", "app.tgz", "")]));
    fails(&agent, "E326", "there are 1.0.0-rc.1");
    with("index.yaml", b"<html>".to_vec());
    fails(&agent, "E327", "not the index of a Helm repository");
    with("index.yaml", index(&[("app", "1.0.0", "file:///etc/passwd", "")]));
    fails(&agent, "E327", "file:///etc/passwd");
    with("index.yaml", index(&[("app", "1.0.0", "gone.tgz", "")]));
    fails(&agent, "E325", "gone.tgz");
    with("index.yaml", index(&[("app", "1.0.0", "app.tgz", "")]));
    with("app.tgz", climbing(&archive));
    fails(&agent, "E327", "which is not in the chart's folder");
    with("app.tgz", b"<html>".to_vec());
    fails(&agent, "E327", "not a gzip-compressed tar archive");
}

/// Returns an archive with a file that would leave the folder.
fn climbing(archive: &[u8]) -> Vec<u8> {
    let mut writer =
        tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for entry in tar::Archive::new(GzDecoder::new(archive)).entries().expect("entries") {
        let entry = entry.expect("entry");
        writer.append(&entry.header().clone(), entry).expect("entry");
    }
    let mut header = tar::Header::new_gnu();
    let path = b"app/../../../evil";
    header.as_old_mut().name[..path.len()].copy_from_slice(path);
    header.set_size(0);
    header.set_cksum();
    writer.append(&header, std::io::empty()).expect("entry");
    writer.into_inner().expect("archive").finish().expect("archive")
}

#[test]
fn helms_own_repositories_tell_aliases_and_credentials() {
    let archive = packed("app", "1.0.0", "");
    let listed = index(&[("app", "1.0.0", "app-1.0.0.tgz", "")]);
    let charts: Vec<(&str, Vec<u8>)> = vec![("index.yaml", listed), ("app-1.0.0.tgz", archive)];
    let charts: BTreeMap<&str, Vec<u8>> = charts.into_iter().collect();
    let server = GitServer::start().answering(move |request: &Request| {
        if request.header("authorization") != "Basic bWU6cGFzc3dvcmQtMTIz" {
            return Some(Response::new(401));
        }
        let body = charts.get(request.path.trim_start_matches('/'))?;
        Some(Response::new(200).body("application/gzip", body))
    });
    let git = GitServer::start();
    let dependency = "apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n- {name: app, version: '1', repository: '@mine'}\n";
    let parent = git.repository("charts").with_files(&[
        ("parent/Chart.yaml", dependency),
        ("parent/templates/x.yaml", "kind: Parent\n"),
    ]);
    let items = format!(
        "{}- {{name: p, type: helm, method: git, source: '{}', path: parent}}\n",
        component("app", &server.url(), ""),
        parent.url()
    );
    let agent = rendering(&root(&items));
    fails(&agent, "E324", "status 401");
    let home = tempfile::tempdir().expect("folder");
    let known = format!(
        "repositories:\n- {{name: mine, url: '{}/', username: me, password: password-123}}\n",
        server.url()
    );
    std::fs::write(home.path().join("repositories.yaml"), known).expect("file");
    let agent = agent.env("HELM_CONFIG_HOME", home.path().to_str().expect("path"));
    agent.run().succeeded();
    assert!(manifest(&agent, "app").contains("name: app-1.0.0"));
    assert!(manifest(&agent, "p").contains("name: app-1.0.0"));
    std::fs::write(home.path().join("repositories.yaml"), "repositories: [").expect("file");
    fails(&agent, "E329", "repositories.yaml cannot be read");
}

#[test]
fn dependencies_that_cannot_be_had_say_why() {
    let git = GitServer::start();
    let repository = git.repository("charts").with_files(&[
        ("beside/Chart.yaml", "name: beside\nversion: 1.0.0\n"),
        ("beside/values.yaml", "a: 1\n"),
    ]);
    let agent = rendering(&root(&format!(
        "- {{name: p, type: helm, method: git, source: '{}', path: parent}}\n",
        repository.url()
    )));
    let parent = |dependency: &str| {
        let text = format!(
            "apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n- {dependency}\n"
        );
        repository.commit_files("main", &[("parent/Chart.yaml", &text)], "Change");
    };
    fails(&agent, "E327", "there is no chart in its folder `parent`");
    parent("{name: app, version: '1', repository: '@nobody'}");
    fails(&agent, "E331", "`@nobody`, which Helm does not know");
    parent("{name: app, version: '1', repository: 'ftp://x'}");
    fails(&agent, "E331", "`ftp://x` is no repository");
    parent("{name: app, version: '1'}");
    fails(&agent, "E331", "does not hold it");
    parent("{name: beside, version: '2', repository: 'file://../beside'}");
    fails(&agent, "E331", "it is of version 1.0.0, not 2");
    parent("{name: beside, version: 'x y', repository: 'file://../beside'}");
    fails(&agent, "E331", "is no range");
    parent("{name: gone, version: '1', repository: 'file://../gone'}");
    fails(&agent, "E331", "there is no folder");
    parent("{name: etc, version: '1', repository: 'file:///etc'}");
    fails(&agent, "E331", "outside of the repository");
    parent("{name: up, version: '1', repository: 'file://../../..'}");
    fails(&agent, "E331", "outside of the repository");
    parent("{name: beside, version: '1', repository: 'file://../beside'}");
    agent.run().succeeded();
}

#[test]
fn dependencies_are_those_that_helm_brings() {
    let archive = |version: &str| packed("app", version, "");
    let listed =
        index(&[("app", "1.0.0", "app-1.0.0.tgz", ""), ("app", "1.1.0", "app-1.1.0.tgz", "")]);
    let (server, _) = repository(&[
        ("index.yaml", listed),
        ("app-1.0.0.tgz", archive("1.0.0")),
        ("app-1.1.0.tgz", archive("1.1.0")),
    ]);
    let folder = tempfile::tempdir().expect("folder");
    let dependencies = format!(
        "dependencies:\n- {{name: app, version: '>=1.0', repository: '{0}', alias: a, condition: a.on, tags: [t]}}\n- {{name: app, version: 1.0.0, repository: '{0}', alias: b}}\n- {{name: beside, version: 0.x, repository: 'file://../beside'}}\n- {{name: own, version: '*'}}\n",
        server.url()
    );
    let here = folder.path();
    chart(&here.join("work/parent"), "parent", "0.1.0", &dependencies);
    chart(&here.join("work/parent/charts/own"), "own", "3.0.0", "");
    chart(&here.join("work/beside"), "beside", "0.2.0", "");
    let ignored = [(".helmignore", "*.txt\n"), ("notes.txt", "x"), ("files/kept.json", "{}")];
    Definition::new(&ignored).write(&here.join("work/beside"));
    std::fs::write(here.join("work/parent/charts/old-1.0.0.tgz"), packed("old", "1.0.0", ""))
        .expect("file");
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(here.join("work")).output();
        assert!(output.expect("git").status.success(), "{arguments:?}");
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "x"]);
    let root = format!(
        "name: p\ntype: helm\nmethod: git\nsource: file://{}\npath: parent\n",
        here.join("work").display()
    );
    Definition::new(&[("component.yaml", &root)]).write(&here.join("ours"));
    let output = Command::new(executable())
        .arg("install")
        .current_dir(here.join("ours"))
        .env("HOME", here)
        .output();
    let output = output.expect("install");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = Command::new(helm::folder().join("helm"))
        .args(["dependency", "update", "work/parent"])
        .current_dir(here)
        .env("HELM_CONFIG_HOME", here.join("c"))
        .env("HELM_CACHE_HOME", here.join("h"))
        .output()
        .expect("helm");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let ours = contents(&here.join("ours/helm_repos/p/parent"));
    assert_eq!(ours, contents(&here.join("work/parent")));
    assert!(ours.contains_key("charts/beside-0.2.0.tgz:files/kept.json"), "{:?}", ours.keys());
}

/// Returns what a folder holds, with archives opened, and without what Helm writes anew each time.
fn contents(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (path, content) in tree(folder) {
        if Path::new(&path).extension().is_some_and(|ending| ending == "tgz") {
            let files = archived(&content).into_iter();
            found.extend(files.map(|(name, text)| (format!("{path}:{name}"), text)));
        } else {
            let text = String::from_utf8(content).expect("text");
            let kept = text.lines().filter(|line| !line.starts_with("generated:"));
            found.insert(path, kept.collect::<Vec<_>>().join("\n"));
        }
    }
    found
}

/// Returns the files of a chart's archive. Helm writes the metadata of what it packs anew.
fn archived(content: &[u8]) -> Vec<(String, String)> {
    let mut archive = tar::Archive::new(GzDecoder::new(content));
    let files = archive.entries().expect("entries").map(|entry| {
        let mut entry = entry.expect("entry");
        let path = entry.path().expect("path").to_string_lossy().into_owned();
        let name = path.split_once('/').expect("a folder").1.to_owned();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).expect("text");
        let is_metadata = name == "Chart.yaml";
        (name, Some(text).filter(|_| !is_metadata).unwrap_or_default())
    });
    files.collect()
}
