//! `randomness: keep`: what is published stays, and what is made of it follows.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::it::product::{publishing, served};
use crate::it::pull_request::azure;
use crate::it::randomness::{PASSWORDS, named};
use crate::support::agent::{Agent, Transcript};
use crate::support::definition::Definition;
use crate::support::git_server::Repository;

fn keeping(files: &[(&str, &str)], repository: &Repository) -> Agent {
    publishing(files, repository).input("randomness", "keep")
}

/// Publishes a definition after changes to its files.
fn published(files: &[(&str, &str)], more: &[(&str, &str)], repository: &Repository) -> Transcript {
    let agent = keeping(files, repository);
    Definition::new(more).write(&agent.sources());
    agent.run()
}

fn outcome(transcript: &Transcript) -> String {
    transcript.succeeded().outputs()["outcome"].clone()
}

/// Returns the manifest of the environment `prod`.
fn manifest(repository: &Repository) -> String {
    repository.read("main", "prod/app.yaml").expect("a manifest")
}

/// Returns what stands behind a key.
fn value(text: &str, key: &str) -> String {
    let key = format!("{key}: ");
    let line = text.lines().find_map(|line| line.trim().strip_prefix(&key));
    line.expect(&key).trim_matches(['"', '\'']).to_owned()
}

/// Returns a chart of one template with values.
fn chart<'a>(template: &'a str, values: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("component.yaml", "name: app\ntype: helm\npath: chart\n"),
        ("config/prod.yaml", "{}\n"),
        ("chart/Chart.yaml", "apiVersion: v2\nname: app\nversion: 0.1.0\n"),
        ("chart/values.yaml", values),
        ("chart/templates/a.yaml", template),
    ]
}

#[test]
fn an_unchanged_definition_is_up_to_date_and_a_changed_one_keeps_its_values() {
    let (_server, repository) = served();
    let first = published(PASSWORDS, &[], &repository);
    assert_eq!(outcome(&first), "pushed");
    assert!(named(&first).contains("(kept as published where that is possible): prod: "));
    let before = manifest(&repository);
    let again = published(PASSWORDS, &[], &repository);
    assert_eq!(outcome(&again), "upToDate");
    assert!(again.to_string().contains("values are kept"), "{again}");

    // More replicas change nothing that is random, nor the digest of the Secret.
    let replicas = ("chart/values.yaml", "user: admin\nreplicas: 3\nlength: 16\n");
    assert_eq!(outcome(&published(PASSWORDS, &[replicas], &repository)), "pushed");
    assert_eq!(manifest(&repository), before.replace("replicas: 1", "replicas: 3"));

    // Another user changes the Secret: the digest says so, the password stays, and what stood
    // between other words cannot be told from them.
    let user = ("config/prod.yaml", "subcomponents: {app: {config: {user: berta}}}\n");
    assert_eq!(outcome(&published(PASSWORDS, &[user], &repository)), "pushed");
    let after = manifest(&repository);
    for (key, stays) in
        [("password", true), ("id", true), ("url", false), ("checksum/secret", false)]
    {
        assert_eq!(value(&after, key) == value(&before, key), stays, "{key}");
    }
    assert_eq!(outcome(&published(PASSWORDS, &[user], &repository)), "upToDate");
}

#[test]
fn a_preview_shows_what_publishing_would_change() {
    let (_server, repository) = served();
    published(PASSWORDS, &[], &repository).succeeded();
    let preview = keeping(PASSWORDS, &repository).input("command", "preview").run();
    let outputs = preview.succeeded().outputs();
    assert_eq!((outputs["outcome"].as_str(), outputs["modified"].as_str()), ("previewed", "0"));
    let fresh = publishing(PASSWORDS, &repository).input("command", "preview").run();
    assert_eq!(fresh.succeeded().outputs()["modified"], "1");
}

#[test]
fn a_value_that_the_chart_would_not_give_any_more_is_new() {
    let (_server, repository) = served();
    published(PASSWORDS, &[], &repository).succeeded();
    let before = manifest(&repository);
    let longer = ("chart/values.yaml", "user: admin\nreplicas: 1\nlength: 24\n");
    assert_eq!(outcome(&published(PASSWORDS, &[longer], &repository)), "pushed");
    let after = manifest(&repository);
    let password = BASE64_STANDARD.decode(value(&after, "password")).expect("base64");
    assert_eq!(password.len(), 24);
    assert_eq!(value(&after, "id"), value(&before, "id"));
    assert_ne!(value(&after, "checksum/secret"), value(&before, "checksum/secret"));
}

#[test]
fn hashes_and_ciphers_stay_as_long_as_they_are_of_the_same_text() {
    let template = "kind: Secret\nmetadata: {name: a}\nstringData:\n  \
                    auth: {{ htpasswd \"u\" .Values.p | quote }}\n  hash: {{ bcrypt .Values.p | quote }}\n  \
                    cipher: {{ encryptAES \"k\" .Values.p }}\n  order: {{ shuffle .Values.p }}\n  \
                    number: {{ randInt 0 1000000 }}\n  bytes: {{ randBytes 9 }}\n  \
                    ec: {{ genPrivateKey \"ecdsa\" | b64enc }}\n";
    let (_server, repository) = served();
    let files = chart(template, "p: opensesame\nx: 1\n");
    assert_eq!(outcome(&published(&files, &[], &repository)), "pushed");
    let before = manifest(&repository);
    assert_eq!(outcome(&published(&files, &[], &repository)), "upToDate");
    let other = ("chart/values.yaml", "p: openbarley\n");
    assert_eq!(outcome(&published(&files, &[other], &repository)), "pushed");
    let after = manifest(&repository);
    for key in ["auth", "hash", "cipher", "order"] {
        assert_ne!(value(&after, key), value(&before, key), "{key}");
    }
    for key in ["number", "bytes", "ec"] {
        assert_eq!(value(&after, key), value(&before, key), "{key}");
    }
}

/// An authority in a webhook, and a certificate that it signed in a Secret.
const WEBHOOK: &str = "{{- $ca := genCA \"ca\" 3650 }}\n\
    {{- $cert := genSignedCert .Values.host nil (list .Values.host) (int .Values.days) $ca }}\n\
    kind: Secret\nmetadata: {name: tls, labels: {l: {{ .Values.label }}}}\ndata:\n  \
    tls.crt: {{ $cert.Cert | b64enc }}\n  tls.key: {{ $cert.Key | b64enc }}\n---\n\
    kind: ValidatingWebhookConfiguration\nmetadata: {name: hook}\nwebhooks:\n- clientConfig:\n    \
    caBundle: {{ $ca.Cert | b64enc }}\n";

#[test]
fn a_certificate_stays_with_its_authority_or_both_are_new() {
    let (_server, repository) = served();
    let files = chart(WEBHOOK, "{host: a.svc, days: 365, label: x}\n");
    assert_eq!(outcome(&published(&files, &[], &repository)), "pushed");
    let before = manifest(&repository);
    assert_eq!(outcome(&published(&files, &[], &repository)), "upToDate");
    let keys = ["tls.crt", "tls.key", "caBundle"];
    let changed = |values: &str, stays: bool| {
        let agent = published(&files, &[("chart/values.yaml", values)], &repository);
        assert_eq!(outcome(&agent), "pushed", "{values}");
        let after = manifest(&repository);
        for key in keys {
            assert_eq!(value(&after, key) == value(&before, key), stays, "{values} {key}");
        }
    };
    changed("{host: a.svc, days: 365, label: y}\n", true);
    changed("{host: b.svc, days: 365, label: y}\n", false);
}

#[test]
fn an_authority_without_its_certificate_is_not_kept_across_objects() {
    let (_server, repository) = served();
    let files = chart(WEBHOOK, "{host: a.svc, days: 365, label: x}\n");
    published(&files, &[], &repository).succeeded();
    let before = manifest(&repository);
    // Somebody took the Secret's certificate away by hand: the webhook's authority goes with it.
    let crt = value(&before, "tls.crt");
    let edited = before.replace(&crt, "bm9uZQ==");
    repository.commit_files("main", &[("prod/app.yaml", &edited)], "By hand");
    published(&files, &[], &repository).succeeded_with_issues();
    let after = manifest(&repository);
    for key in ["tls.crt", "tls.key", "caBundle"] {
        assert_ne!(value(&after, key), value(&before, key), "{key}");
    }
}

#[test]
fn a_certificate_for_another_time_is_new() {
    let template = "{{- $c := genSelfSignedCert \"a\" nil nil (int .Values.days) }}\n\
        kind: Secret\nmetadata: {name: tls}\ndata:\n  tls.crt: {{ $c.Cert | b64enc }}\n  \
        tls.key: {{ $c.Key | b64enc }}\n";
    let (_server, repository) = served();
    published(&chart(template, "days: 2\n"), &[], &repository).succeeded();
    let before = manifest(&repository);
    assert_eq!(outcome(&published(&chart(template, "days: 2\n"), &[], &repository)), "upToDate");
    published(&chart(template, "days: 3\n"), &[], &repository).succeeded();
    let after = manifest(&repository);
    for key in ["tls.crt", "tls.key"] {
        assert_ne!(value(&after, key), value(&before, key), "{key}");
    }
}

#[test]
fn values_follow_their_fields_and_names_where_loops_change() {
    let template = "kind: Secret\nmetadata: {name: users}\nstringData:\n\
        {{- range .Values.users }}\n  {{ . }}: {{ randAlphaNum 12 }}\n{{- end }}\n---\n\
        kind: Job\nmetadata:\n  name: run-{{ randAlphaNum 5 | lower }}\n";
    let (_server, repository) = served();
    let files = chart(template, "users: [anna, carl]\n");
    published(&files, &[], &repository).succeeded();
    let before = manifest(&repository);
    assert_eq!(outcome(&published(&files, &[], &repository)), "upToDate");
    let more = ("chart/values.yaml", "users: [aaron, anna, carl]\n");
    published(&files, &[more], &repository).succeeded();
    let after = manifest(&repository);
    for key in ["anna", "carl", "name"] {
        assert_eq!(value(&after, key), value(&before, key), "{key}");
    }
    assert_ne!(value(&after, "aaron"), value(&after, "anna"));
}

#[test]
fn where_values_cannot_be_found_the_manifest_stays_whole_or_is_new() {
    let template = "kind: Deployment\nmetadata:\n  name: a\n  annotations:\n    \
        roll: {{ randAlphaNum 5 | sha256sum }}\n    at: {{ now | date \"2006-01-02T15:04:05.999999999\" }}\n\
        spec: {replicas: {{ .Values.replicas }}}\n";
    let (_server, repository) = served();
    let files = chart(template, "replicas: 1\n");
    published(&files, &[], &repository).succeeded();
    let before = manifest(&repository);
    let again = published(&files, &[], &repository);
    assert_eq!(outcome(&again), "upToDate");
    assert!(again.to_string().contains("only random values would change"), "{again}");
    let scaled = published(&files, &[("chart/values.yaml", "replicas: 2\n")], &repository);
    assert_eq!(outcome(&scaled), "pushed");
    assert_ne!(value(&manifest(&repository), "roll"), value(&before, "roll"));
}

#[test]
fn what_depends_on_a_stable_text_is_never_kept_for_a_stale_one() {
    // The hash shows nowhere but in a digest: nobody can tell whether the password is the same.
    let template = "kind: Deployment\nmetadata:\n  name: a\n  annotations:\n    \
        checksum: {{ htpasswd \"u\" .Values.p | sha256sum }}\n";
    let (_server, repository) = served();
    let files = chart(template, "p: one\n");
    published(&files, &[], &repository).succeeded();
    let before = manifest(&repository);
    let other = published(&files, &[("chart/values.yaml", "p: two\n")], &repository);
    assert_eq!(outcome(&other), "pushed");
    assert_ne!(manifest(&repository), before);
}

#[test]
fn a_first_publication_and_a_new_object_get_new_values() {
    let (_server, repository) = served();
    let one = "kind: Secret\nmetadata: {name: a}\nstringData: {p: {{ randAlphaNum 9 }}}\n";
    let two = format!(
        "{one}---\nkind: Secret\nmetadata: {{name: b}}\nstringData: {{q: {{{{ randAlphaNum 9 }}}}}}\n"
    );
    published(&chart(one, "{}\n"), &[], &repository).succeeded();
    let before = manifest(&repository);
    published(&chart(&two, "{}\n"), &[], &repository).succeeded();
    let after = manifest(&repository);
    assert!(after.starts_with(before.trim_end()), "{before}{after}");
    assert_eq!(after.matches("stringData").count(), 2);
    assert_eq!(outcome(&published(&chart(&two, "{}\n"), &[], &repository)), "upToDate");
}

#[test]
fn what_a_pull_request_proposes_is_kept_until_it_is_merged() {
    let (_server, repository, hosting) = azure();
    let propose = || keeping(PASSWORDS, &repository).input("delivery", "pullRequest").run();
    assert_eq!(propose().succeeded().outputs()["changed"], "true");
    let again = propose();
    let outputs = again.succeeded().outputs();
    assert_eq!((outputs["outcome"].as_str(), outputs["changed"].as_str()), ("proposed", "false"));
    assert_eq!(hosting.pulls().len(), 1);
}
