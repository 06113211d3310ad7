//! Chance in templates: where calls are, and what they give again.

use super::*;
use crate::helm::Profile;
use crate::helm::functions::{Clock, Moment, functions};
use crate::helm::template::{Interpreter, Templates};
use std::sync::Arc;

fn seed(is_lasting: bool) -> Seed {
    Seed { key: b"key".to_vec(), place: vec!["prod".to_owned()], is_lasting }
}

/// Renders files, the first of them, some days after the beginning of 2000.
fn rendered(randomness: &Randomness, days: i64, files: &[(&str, &str)]) -> String {
    let mut templates = Templates::new(functions(Profile::Helm317));
    for (name, text) in files {
        templates.parse(*name, *text, &Limits::default()).unwrap();
    }
    let seconds = 946_684_800 + days * 86_400;
    let now = move || Moment { seconds, ..Moment::default() };
    let mut interpreter = Interpreter::new(Limits::default())
        .with_templates(Arc::new(templates))
        .with_state(Clock::new(now, "UTC"))
        .with_state(randomness.clone())
        .with_chance(Rc::new(randomness.clone()));
    interpreter.execute(files[0].0, Value::Nil).unwrap().to_string()
}

#[test]
fn a_file_that_is_included_gives_what_it_gives_on_its_own() {
    let secret = ("c/secret", "p={{ randAlpha 9 }}{{ randAlpha 9 }}");
    let digest = ("c/app", "{{ randAlpha 9 }}|{{ include \"c/secret\" . }}|{{ randAlpha 9 }}");
    for is_lasting in [true, false] {
        let own = rendered(&Randomness::placed(seed(is_lasting)), 0, &[secret]);
        let both = rendered(&Randomness::placed(seed(is_lasting)), 0, &[digest, secret]);
        let parts: Vec<&str> = both.split('|').collect();
        assert_eq!(parts[1], own);
        assert_ne!(parts[0], parts[2]);
        let (one, other) = own.trim_start_matches("p=").split_at(9);
        assert_ne!(one, other);
    }
    let counted = || rendered(&Randomness::counted(&seed(false)), 0, &[digest, secret]);
    assert_eq!(counted(), counted());
    assert_ne!(
        counted().split('|').nth(1).unwrap(),
        rendered(&Randomness::counted(&seed(false)), 0, &[secret])
    );
}

#[test]
fn helpers_give_each_file_its_own_values() {
    let helper = ("c/_h", "{{ define \"p\" }}{{ randAlpha 9 }}{{ end }}");
    let own = |file| {
        let main = (file, "{{ include \"p\" . }}");
        rendered(&Randomness::placed(seed(true)), 0, &[main, helper])
    };
    assert_ne!(own("c/a"), own("c/b"));
    assert_eq!(own("c/a"), own("c/a"));
}

#[test]
fn arguments_count_where_a_seed_lasts() {
    let render = |text| rendered(&Randomness::placed(seed(true)), 0, &[("c/a", text)]);
    assert!(!render("{{ randAlpha 12 }}").starts_with(&render("{{ randAlpha 11 }}")));
}

#[test]
fn everything_can_fall_otherwise() {
    let text =
        "{{ randAlpha 4 }} {{ randInt 0 2 }} {{ randBytes 3 }} {{ uuidv4 }} {{ shuffle \"ab\" }}";
    for _ in 0..20 {
        let mut key = [0; 32];
        getrandom::fill(&mut key).unwrap();
        let once = rendered(&Randomness::seeded(key), 0, &[("c/a", text)]);
        let other = rendered(&Randomness::seeded(key).otherwise(), 0, &[("c/a", text)]);
        assert!(once.split(' ').zip(other.split(' ')).all(|(a, b)| a != b), "{once} {other}");
    }
}

const CERTIFICATE: &str = "{{ $c := genSelfSignedCert \"a\" nil nil 90 }}{{ $c.Cert }}{{ $c.Key }}";

/// Returns what a certificate's call gives so many days later, when it shall give it again.
fn again(days: i64, change: impl FnOnce(&mut Vec<String>)) -> (bool, Record) {
    let file = [("c/a", CERTIFICATE)];
    let first = Randomness::placed(seed(false)).recorded();
    let before = rendered(&first, 0, &file);
    let mut kept: BTreeMap<_, _> =
        first.take_record().drawn.into_iter().map(|(site, drawn)| (site, drawn.texts)).collect();
    change(kept.values_mut().next().unwrap());
    let second = Randomness::placed(seed(false)).recorded().keeping(kept);
    let after = rendered(&second, days, &file);
    (before == after, second.take_record())
}

#[test]
fn a_certificate_is_given_again_until_a_third_of_its_time_is_left() {
    for (days, stays) in [(0, true), (59, true), (61, false), (100, false)] {
        let (is_same, record) = again(days, |_| {});
        assert_eq!(
            (is_same, record.kept.len(), record.refused.len() == 1),
            (stays, usize::from(stays), !stays),
            "{days}"
        );
    }
}

#[test]
fn a_certificate_needs_its_own_key_or_none_that_is_known() {
    let (_, record) = again(1, |texts| texts[1] = UNKNOWN_KEY.to_owned());
    assert_eq!(record.kept.len(), 1);
    let (_, record) = again(1, |texts| texts[1] = texts[0].clone());
    assert_eq!(record.refused.len(), 1);
}

#[test]
fn the_clock_does_not_count_where_a_seed_lasts() {
    let render = |days| {
        let text = "{{ (genCA \"a\" 3).Cert }}";
        rendered(&Randomness::placed(seed(true)), days, &[("c/a", text)])
    };
    assert_eq!(render(0), render(9000));
}
