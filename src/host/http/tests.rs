//! Tests of where a credential may go.

use super::*;

fn same(first: &str, next: &str) -> bool {
    same_host(&first.parse().unwrap(), &next.parse().unwrap())
}

#[test]
fn a_redirect_stays_with_its_host() {
    assert!(same("https://a.test/x", "https://a.test/y"));
    assert!(!same("https://a.test/x", "http://a.test/x"));
    assert!(!same("https://a.test/x", "https://b.test/x"));
    assert!(!same("http://a.test:81/x", "http://a.test:82/x"));
    assert!(!same("http://a.test/x", "https://a.test/x"));
}

#[test]
fn a_step_up_to_https_stays_with_its_host() {
    let upgrade =
        |first: &str, next: &str| is_upgrade(&first.parse().unwrap(), &next.parse().unwrap());
    assert!(upgrade("http://a.test/x", "https://a.test/x"));
    assert!(!upgrade("http://a.test/x", "https://b.test/x"));
    assert!(!upgrade("http://a.test:81/x", "https://a.test/x"));
    assert!(!upgrade("https://a.test/x", "http://a.test/x"));
    assert!(!upgrade("https://a.test/x", "https://a.test/y"));
}
