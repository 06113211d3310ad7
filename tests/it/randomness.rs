//! What is random in charts: new, seeded, and always named.

use regex::Regex;

use crate::it::product::{publishing, served, step};
use crate::support::agent::{Agent, Transcript};
use crate::support::definition::{Definition, tree};
use crate::support::git_server::Repository;
use crate::support::helm;

/// A seed.
pub(crate) const SEED: &str = "a-long-seed-0f3b77c1d2";

/// A chart with passwords, of which a second template has the digest, and what is stable.
pub(crate) const PASSWORDS: &[(&str, &str)] = &[
    ("component.yaml", "name: root\nsubcomponents:\n- {name: app, type: helm, path: chart}\n"),
    ("config/prod.yaml", "subcomponents: {app: {config: {user: anna}}}\n"),
    ("config/test.yaml", "{}\n"),
    ("chart/Chart.yaml", "apiVersion: v2\nname: app\nversion: 0.1.0\n"),
    ("chart/values.yaml", "user: admin\nreplicas: 1\nlength: 16\n"),
    (
        "chart/templates/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  \
         user: {{ .Values.user | b64enc }}\n  \
         password: {{ randAlphaNum (int .Values.length) | b64enc | quote }}\n\
         stringData:\n  url: 'db://{{ .Values.user }}:{{ randAlpha 20 }}@host'\n  id: {{ uuidv4 }}\n",
    ),
    (
        "chart/templates/app.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  \
         replicas: {{ .Values.replicas }}\n  template:\n    metadata:\n      annotations:\n        \
         checksum/secret: {{ include (print $.Template.BasePath \"/secret.yaml\") . | sha256sum }}\n",
    ),
];

fn rendering(files: &[(&str, &str)]) -> Agent {
    let agent = step().input("command", "render").path("");
    Definition::new(files).write(&agent.sources());
    agent
}

pub(crate) fn seeded(agent: Agent, seed: &str) -> Agent {
    agent.input("randomness", "seeded").secret("SEED", seed).env("RANDOM_SEED", "$(SEED)")
}

/// Returns what a step renders.
fn rendered(agent: &Agent) -> Vec<(String, String)> {
    agent.run().succeeded();
    let files = tree(&agent.sources().join("generated")).into_iter();
    files.map(|(path, bytes)| (path, String::from_utf8(bytes).expect("text"))).collect()
}

/// Returns the line of the log that names what is left to chance.
pub(crate) fn named(transcript: &Transcript) -> String {
    let log = transcript.to_string();
    let mut lines = log.lines().filter(|line| line.contains("Left to chance"));
    let line = lines.next().unwrap_or_default().trim().to_owned();
    assert_eq!(lines.next(), None, "{log}");
    line
}

#[test]
fn fresh_values_are_new_in_every_run_and_their_fields_are_named() {
    let agent = rendering(PASSWORDS);
    let transcript = agent.run();
    let fields = [
        "prod: Deployment app spec.template.metadata.annotations.checksum/secret",
        "prod: Secret app data.password",
        "prod: Secret app stringData.id",
        "prod: Secret app stringData.url",
    ];
    assert_eq!(
        named(&transcript),
        format!("Left to chance (new in every run): {}", fields.join(", "))
    );
    let summary = transcript.succeeded().summary();
    assert!(summary.contains("#### Left to chance"), "{summary}");
    assert!(summary.contains("- prod: Secret app data.password"), "{summary}");
    let first = rendered(&agent);
    let text = &first[0].1;
    assert_ne!(first, rendered(&agent));
    let password = Regex::new(r#"password: "([^"]+)""#).expect("pattern");
    let password = password.captures(text).expect("a password")[1].to_owned();
    assert!(!format!("{transcript}{summary}").contains(&password));
}

#[test]
fn more_than_ten_fields_are_counted() {
    let template: String = (0..13).fold(String::new(), |text, number| {
        format!("{text}  p{number:02}: {{{{ randAlpha 8 }}}}\n")
    });
    let template = format!("kind: Secret\nmetadata: {{name: a}}\nstringData:\n{template}");
    let files = [
        ("component.yaml", "name: a\ntype: helm\npath: chart\n"),
        ("config/prod.yaml", "{}\n"),
        ("chart/Chart.yaml", "apiVersion: v1\nname: a\nversion: 0.1.0\n"),
        ("chart/templates/a.yaml", &template),
    ];
    let transcript = rendering(&files).run();
    let line = named(&transcript);
    assert!(line.ends_with("stringData.p09, and 3 more"), "{line}");
    assert!(transcript.succeeded().summary().contains("- … and 3 more"));
    let stable = files.map(|(path, text)| (path, text.replace("randAlpha 8", "randAlpha 0")));
    let stable: Vec<_> = stable.iter().map(|(path, text)| (*path, text.as_str())).collect();
    assert_eq!(named(&rendering(&stable).run()), "");
}

#[test]
fn a_seed_gives_the_same_values_in_any_order_and_only_in_one_place() {
    let once = rendered(&seeded(rendering(PASSWORDS), SEED));
    assert_eq!(once, rendered(&seeded(rendering(PASSWORDS), SEED)));
    assert_ne!(once, rendered(&seeded(rendering(PASSWORDS), "another-seed-77f0c1e2")));

    // What stands beside a call, and other environments and components, change nothing.
    let more = seeded(rendering(PASSWORDS), SEED).input("environments", "test\nprod");
    let template = PASSWORDS[5].1.replace("\ndata:", "\n# More.\ndata:\n  new: {{ randInt 1 9 }}");
    let root = "name: root\nsubcomponents:\n- {name: other, type: helm, path: chart}\n\
                - {name: app, type: helm, path: chart}\n";
    Definition::new(&[("component.yaml", root)]).write(&more.sources());
    let all = rendered(&more);
    let find = |path: &str| &all.iter().find(|(found, _)| found == path).expect(path).1;
    assert_eq!(*find("prod/app.yaml"), once[0].1);
    let value = |text: &str, key: &str| {
        text.lines().find(|line| line.trim().starts_with(key)).expect(key).to_owned()
    };
    for (path, key) in [("prod/other.yaml", "id:"), ("test/app.yaml", "id:")] {
        assert_ne!(value(find(path), key), value(&once[0].1, key), "{path}");
    }
    let edited = seeded(rendering(PASSWORDS), SEED);
    Definition::new(&[("chart/templates/secret.yaml", &template)]).write(&edited.sources());
    let edited = rendered(&edited);
    assert_eq!(value(&edited[0].1, "password:"), value(&once[0].1, "password:"));
    assert_eq!(value(&edited[0].1, "id:"), value(&once[0].1, "id:"));
}

#[test]
fn calls_in_a_loop_differ_from_each_other() {
    let template = "kind: Secret\nmetadata: {name: a}\nstringData:\n{{- range until 20 }}\n  \
                    p{{ . }}: {{ include \"p\" $ }}\n{{- end }}\n";
    let files = [
        ("component.yaml", "name: a\ntype: helm\npath: chart\n"),
        ("config/prod.yaml", "{}\n"),
        ("chart/Chart.yaml", "apiVersion: v1\nname: a\nversion: 0.1.0\n"),
        ("chart/templates/a.yaml", template),
        ("chart/templates/_p.tpl", "{{ define \"p\" }}{{ randAlphaNum 12 }}{{ end }}"),
    ];
    let made = rendered(&seeded(rendering(&files), SEED));
    let lines = made[0].1.lines().filter(|line| line.starts_with("  p"));
    let mut values: Vec<&str> = lines.filter_map(|l| l.split_once(": ")).map(|(_, v)| v).collect();
    let all = values.len();
    values.sort_unstable();
    values.dedup();
    assert_eq!((values.len(), all), (20, 20));
}

/// Every function that is random, and those that are not.
const FUNCTIONS: &str = "kind: Secret\nmetadata: {name: a}\nstringData:\n  \
    ascii: {{ randAscii 12 | quote }}\n  numeric: {{ randNumeric 12 | quote }}\n  \
    int: {{ randInt 0 1000000 }}\n  bytes: {{ randBytes 12 }}\n  \
    shuffle: {{ shuffle \"abcdefghijklmnop\" }}\n  bcrypt: {{ bcrypt \"p\" | quote }}\n  \
    htpasswd: {{ htpasswd \"u\" \"p\" }}\n  aes: {{ encryptAES \"k\" \"text\" }}\n  \
    derived: {{ derivePassword 1 \"long\" \"p\" \"u\" \"s\" }}\n  \
    rsa: {{ genPrivateKey \"rsa\" | b64enc }}\n  ec: {{ genPrivateKey \"ecdsa\" | b64enc }}\n  \
    ed: {{ genPrivateKey \"ed25519\" | b64enc }}\n\
    {{- $ca := genCA \"ca\" 365 }}\n{{- $cert := genSignedCert \"a.b\" nil (list \"a.b\") 30 $ca }}\n  \
    ca: {{ $ca.Cert | b64enc }}\n  crt: {{ $cert.Cert | b64enc }}\n  key: {{ $cert.Key | b64enc }}\n  \
    own: {{ (genSelfSignedCert \"c\" (list \"127.0.0.1\") nil 9).Cert | b64enc }}\n";

#[test]
fn every_random_function_follows_the_seed() {
    let files = [
        ("component.yaml", "name: a\ntype: helm\npath: chart\n"),
        ("config/prod.yaml", "{}\n"),
        ("chart/Chart.yaml", "apiVersion: v1\nname: a\nversion: 0.1.0\n"),
        ("chart/templates/a.yaml", FUNCTIONS),
    ];
    let once = rendered(&seeded(rendering(&files), SEED));
    assert_eq!(once, rendered(&seeded(rendering(&files), SEED)));
    let other = rendered(&seeded(rendering(&files), "another-seed-77f0c1e2"));
    let same: Vec<_> =
        once[0].1.lines().filter(|line| other[0].1.lines().any(|l| l == *line)).collect();
    assert_eq!(
        same,
        [
            "---",
            "---",
            "# Source: a/templates/a.yaml",
            "kind: Secret",
            "metadata: {name: a}",
            "stringData:",
            "  derived: Rude2$QafoJela",
            ""
        ]
    );
}

#[test]
fn a_seed_is_needed_and_stays_a_secret() {
    let missing = rendering(PASSWORDS).input("randomness", "seeded").run();
    assert_eq!(missing.failed().error_codes(), ["E103"]);
    assert!(missing.to_string().contains("RANDOM_SEED: $(RANDOM_SEED)"), "{missing}");
    let unknown =
        rendering(PASSWORDS).input("randomness", "seeded").env("RANDOM_SEED", "$(NO)").run();
    assert_eq!(unknown.failed().error_codes(), ["E101"]);
    let fork = rendering(PASSWORDS).input("randomness", "seeded").pull_request(3).run();
    fork.succeeded_with_issues();
    assert!(fork.to_string().contains("there is no RANDOM_SEED in this build"), "{fork}");

    // The agent emulator looks for the seed in all that the step says and leaves behind.
    let transcript = seeded(rendering(PASSWORDS), SEED).run();
    transcript.succeeded();
    assert!(transcript.secrets().iter().any(|secret| secret == SEED));
    assert!(named(&transcript).contains("(made of RANDOM_SEED, but for the time)"));
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let leaking = seeded(publishing(PASSWORDS, &repository), SEED);
    let config = format!("subcomponents: {{app: {{config: {{user: {SEED}}}}}}}\n");
    Definition::new(&[("config/prod.yaml", &config)]).write(&leaking.sources());
    let leaking = leaking.may_hold_secrets(std::path::Path::new("/"));
    assert_eq!(leaking.run().failed().error_codes(), ["E705"]);
    let hooks = rendering(PASSWORDS).input("hookEnvironment", "RANDOM_SEED").run();
    assert_eq!(hooks.failed().error_codes(), ["E102"]);
}

#[test]
fn what_does_not_go_together_is_refused() {
    let keep = rendering(PASSWORDS).input("randomness", "keep").run();
    assert_eq!(keep.failed().error_codes(), ["E104"]);
    let helm = seeded(rendering(PASSWORDS), SEED).input("chartEngine", "helm").run();
    assert_eq!(helm.failed().error_codes(), ["E104"]);
    let word = rendering(PASSWORDS).input("randomness", "none").run();
    assert_eq!(word.failed().error_codes(), ["E102"]);
}

#[test]
fn what_a_helm_gives_is_named_too_and_warned_of_where_it_should_not_be_new() {
    let folder = tempfile::tempdir().expect("folder");
    let count = folder.path().join("count");
    let script = format!(
        "[ \"$1\" = version ] && {{ echo v3.17.1; exit; }}\necho x >> {0}\n\
         printf 'kind: Secret\\nmetadata: {{name: a}}\\ndata: {{p: %s}}\\n' $(wc -l < {0})",
        count.display()
    );
    helm::stand_in(folder.path(), &script);
    let path = helm::with(folder.path());
    let by_helm = rendering(PASSWORDS).input("chartEngine", "helm").path(&path).run();
    by_helm.succeeded();
    assert!(named(&by_helm).ends_with("(new in every run): prod: Secret a data.p"), "{by_helm}");
    let instead = seeded(rendering(PASSWORDS), SEED).path(&path);
    Definition::new(&[("chart/templates/bad.yaml", "{{ noSuchFunction }} {{ now }}")])
        .write(&instead.sources());
    let instead = instead.run();
    instead.succeeded_with_issues();
    assert!(instead.to_string().contains("gives its random fields new values"), "{instead}");
}

#[test]
fn what_rendered_is_in_the_log_and_in_the_inventory_and_is_no_change_by_itself() {
    let (_server, repository) = served();
    let files = [
        ("component.yaml", "name: app\ntype: helm\npath: chart\n"),
        ("config/prod.yaml", "{}\n"),
        ("chart/Chart.yaml", "apiVersion: v1\nname: app\nversion: 0.1.0\n"),
        ("chart/templates/a.yaml", "kind: A\nmetadata: {name: a}\n"),
    ];
    let built_in = publishing(&files, &repository).run();
    assert_eq!(built_in.succeeded().outputs()["outcome"], "pushed");
    assert!(built_in.to_string().contains("1 charts by the engine that is built in (Helm 3.17)"));
    assert_eq!(makers(&repository), serde_json::json!([{"engine": "built-in", "profile": "3.17"}]));
    let folder = tempfile::tempdir().expect("folder");
    let script = "[ \"$1\" = version ] && { echo v3.17.1; exit; }\n\
                  printf -- '---\\n# Source: app/templates/a.yaml\\nkind: A\\nmetadata: {name: a}\\n'";
    helm::stand_in(folder.path(), script);
    let by_helm = || {
        publishing(&files, &repository)
            .input("chartEngine", "helm")
            .path(&helm::with(folder.path()))
    };
    let same = by_helm().run();
    assert_eq!(same.succeeded().outputs()["outcome"], "upToDate");
    assert!(same.to_string().contains("1 charts by Helm v3.17.1"), "{same}");
    assert_eq!(makers(&repository), serde_json::json!([{"engine": "built-in", "profile": "3.17"}]));
    let more = by_helm();
    Definition::new(&[
        ("component.yaml", "name: app\ntype: helm\npath: chart\nsubcomponents:\n- {name: b, type: static, path: b}\n"),
        ("b/b.yaml", "kind: B\n"),
    ])
    .write(&more.sources());
    assert_eq!(more.run().succeeded().outputs()["outcome"], "pushed");
    let helm = serde_json::json!([{"engine": "Helm 3.17.1", "profile": "3.17"}]);
    assert_eq!(makers(&repository), helm);
}

fn makers(repository: &Repository) -> serde_json::Value {
    let text = repository.read("main", "prod/.fabrikate-gitops.json").expect("an inventory");
    let inventory: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    inventory["charts"].clone()
}

#[test]
fn a_lock_holds_the_version_of_helm_too() {
    let folder = tempfile::tempdir().expect("folder");
    helm::stand_in(folder.path(), "[ \"$1\" = version ] && { echo v4.1.0; exit; }\necho 'kind: A'");
    let agent = rendering(PASSWORDS).input("lock", "update").path(&helm::with(folder.path()));
    agent.run().succeeded();
    let lock = agent.sources().join("fabrikate.lock");
    let text = std::fs::read_to_string(&lock).expect("a lock");
    assert!(text.contains("charts:\n- engine: built-in\n  profile: \"3.17\"\n"), "{text}");
    let verified = |engine: &str| {
        let agent = rendering(PASSWORDS).input("lock", "verify").input("chartEngine", engine);
        Definition::new(&[("fabrikate.lock", &text)]).write(&agent.sources());
        agent.path(&helm::with(folder.path())).run()
    };
    verified("builtin").succeeded();
    assert_eq!(verified("helm").failed().error_codes(), ["E332"]);
}
