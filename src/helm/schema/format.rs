//! The formats of texts that gojsonschema knows. Those that it does not know fit everything.

use regex::Regex;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

const TIME: &str = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.,][0-9]+)?";

static PATTERNS: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    let label = "([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9])";
    let patterns = [
        ("hostname", format!(r"^{label}(\.{label})*$")),
        ("uuid", "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$".to_owned()),
        ("json-pointer", "^(?:/(?:[^~/]|~0|~1)*)*$".to_owned()),
        ("relative-json-pointer", "^(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~/]|~0|~1)*)*)$".to_owned()),
        ("uri-template", r"^([^{]*(\{[^}]*\})?)*$".to_owned()),
        ("date", "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$".to_owned()),
        ("time", format!("^{TIME}(Z|[+-][0-9]{{2}}:[0-9]{{2}})?$")),
        ("zoned", format!("^{TIME}(Z|[+-][0-9]{{2}}:[0-9]{{2}})$")),
    ];
    let compiled = patterns.into_iter();
    compiled.filter_map(|(name, pattern)| Some((name, Regex::new(&pattern).ok()?))).collect()
});

/// Tells whether a text is of a format.
pub(super) fn fits(format: &str, text: &str) -> bool {
    match format {
        "date" => is_date(text),
        "date-time" => {
            let both = text.split_once('T');
            is_date(text)
                || matches("time", text)
                || both.is_some_and(|(date, time)| is_date(date) && matches("zoned", time))
        }
        "hostname" => text.len() < 256 && matches(format, text),
        "email" | "idn-email" => is_address(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "uri" | "iri" => is_reference(text) && has_scheme(text),
        "uri-reference" | "iri-reference" => is_reference(text),
        "uri-template" => is_reference(text) && matches(format, text),
        "regex" => text.is_empty() || Regex::new(text).is_ok(),
        format => matches(format, text),
    }
}

fn matches(format: &str, text: &str) -> bool {
    let pattern = PATTERNS.iter().find(|(name, _)| *name == format);
    pattern.is_none_or(|(_, pattern)| pattern.is_match(text))
}

fn is_date(text: &str) -> bool {
    if !matches("date", text) {
        return false;
    }
    let number = |part: Option<&str>| part.and_then(|part| part.parse().ok()).unwrap_or(0_u32);
    let mut parts = text.split('-');
    let (year, month, day) = (number(parts.next()), number(parts.next()), number(parts.next()));
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let most = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    day <= most
}

fn is_address(text: &str) -> bool {
    let address = match text.rsplit_once('<') {
        Some((_, address)) => address.strip_suffix('>').unwrap_or_default(),
        None => text,
    };
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.contains("..")
            && !part.contains([' ', '@', ',', ';', '(', ')', '<', '>', '[', ']', ':', '\\', '"'])
    };
    address.split_once('@').is_some_and(|(name, domain)| is_plain(name) && is_plain(domain))
}

/// Tells whether Go reads a text as an address of any kind.
fn is_reference(text: &str) -> bool {
    let is_bad = |character: char| character.is_ascii_control() || character == '\\';
    let escapes = text.match_indices('%').all(|(at, _)| {
        text.as_bytes()
            .get(at + 1..at + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    let first = text.split(['/', '?', '#']).next().unwrap_or_default();
    let has_bad_scheme = first.contains(':') && !has_scheme(text);
    !text.contains(is_bad)
        && escapes
        && !has_bad_scheme
        && !first.starts_with(':')
        && has_good_host(text)
}

fn has_good_host(text: &str) -> bool {
    let Some((_, rest)) =
        text.split_once("//").filter(|(before, _)| !before.contains(['/', '?', '#']))
    else {
        return true;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(literal) = host.strip_prefix('[') {
        return literal.split_once(']').is_some_and(|(_, port)| {
            port.is_empty() || port.strip_prefix(':').is_some_and(is_port)
        });
    }
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    !name.contains([' ', '[', ']', '<', '>', '"', '^', '`', '{', '|', '}']) && is_port(port)
}

fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}
