//! The parts of an address.

use crate::helm::format::{Escape, quoted};

/// An address.
#[derive(Clone, Debug, Default)]
pub(super) struct Url {
    pub(super) scheme: Vec<u8>,
    pub(super) opaque: Vec<u8>,
    pub(super) user: Option<User>,
    pub(super) host: Vec<u8>,
    pub(super) path: Vec<u8>,
    // The path as it was written, where that is not how it would be.
    pub(super) raw_path: Vec<u8>,
    pub(super) query: Vec<u8>,
    pub(super) fragment: Vec<u8>,
}

/// A name, and perhaps a password.
#[derive(Clone, Debug)]
pub(super) struct User {
    name: Vec<u8>,
    password: Option<Vec<u8>>,
}

/// What something is a part of, which tells what is escaped in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    Host,
    Zone,
    User,
    Fragment,
}

/// What is wrong with an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("net/url: invalid control character in URL")]
    Control,
    #[error("missing protocol scheme")]
    Scheme,
    #[error("first path segment in URL cannot contain colon")]
    Colon,
    #[error("net/url: invalid userinfo")]
    User,
    #[error("missing ']' in host")]
    Bracket,
    #[error("invalid port {0} after host")]
    Port(String),
    #[error("invalid URL escape {0}")]
    Escape(String),
    #[error("invalid character {0} in host name")]
    Host(String),
}

impl Fault {
    /// Returns what Go says of an address. What is wrong with its fragment is said without it.
    pub(super) fn told(&self, url: &[u8]) -> String {
        format!("parse {}: {self}", quoted(url, Escape::Needed))
    }
}

impl Url {
    pub(super) fn parse(text: &[u8]) -> Result<Self, Fault> {
        let (text, fragment) = cut(text, b'#');
        let mut url = Self::without_fragment(text)?;
        if let Some(fragment) = fragment {
            url.fragment = unescaped(fragment, Part::Fragment)?;
        }
        Ok(url)
    }

    fn without_fragment(text: &[u8]) -> Result<Self, Fault> {
        if text.iter().any(|byte| *byte < b' ' || *byte == 0x7f) {
            return Err(Fault::Control);
        }
        let mut url = Self::default();
        if text == b"*" {
            url.path = text.to_vec();
            return Ok(url);
        }
        let (scheme, rest) = scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (rest, query) = cut(rest, b'?');
        url.query = query.unwrap_or_default().to_vec();
        let mut rest = rest;
        if !rest.starts_with(b"/") {
            if !url.scheme.is_empty() {
                url.opaque = rest.to_vec();
                return Ok(url);
            }
            let (segment, _) = cut(rest, b'/');
            if segment.contains(&b':') {
                return Err(Fault::Colon);
            }
        }
        let is_triple = rest.starts_with(b"///");
        if let Some(authority) = rest.strip_prefix(b"//")
            && (!url.scheme.is_empty() || !is_triple)
        {
            let end = authority.iter().position(|byte| *byte == b'/').unwrap_or(authority.len());
            let (authority, path) = authority.split_at(end);
            (url.user, url.host) = parsed_authority(authority)?;
            rest = path;
        }
        url.path = unescaped(rest, Part::Path)?;
        if escaped(&url.path, Part::Path) != rest {
            url.raw_path = rest.to_vec();
        }
        Ok(url)
    }

    /// Returns the host without its port and brackets.
    pub(super) fn hostname(&self) -> Vec<u8> {
        let host = self.host.as_slice();
        let end = host
            .iter()
            .rposition(|byte| *byte == b':')
            .filter(|at| is_port(host.get(*at..).unwrap_or_default()));
        let host = end.and_then(|end| host.get(..end)).unwrap_or(host);
        let inner = host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]"));
        inner.unwrap_or(host).to_vec()
    }

    /// Returns the address as a text.
    pub(super) fn written(&self) -> Vec<u8> {
        let mut output = Vec::new();
        if !self.scheme.is_empty() {
            output.extend_from_slice(&self.scheme);
            output.push(b':');
        }
        if self.opaque.is_empty() {
            self.write_hierarchy(&mut output);
        } else {
            output.extend_from_slice(&self.opaque);
        }
        if !self.query.is_empty() {
            output.push(b'?');
            output.extend_from_slice(&self.query);
        }
        if !self.fragment.is_empty() {
            output.push(b'#');
            output.extend(escaped(&self.fragment, Part::Fragment));
        }
        output
    }

    fn write_hierarchy(&self, output: &mut Vec<u8>) {
        if !self.scheme.is_empty() || !self.host.is_empty() || self.user.is_some() {
            if !self.host.is_empty() || !self.path.is_empty() || self.user.is_some() {
                output.extend_from_slice(b"//");
            }
            if let Some(user) = &self.user {
                output.extend(user.written());
                output.push(b'@');
            }
            output.extend(escaped(&self.host, Part::Host));
        }
        let path =
            if self.path == b"*" { self.path.clone() } else { escaped(&self.path, Part::Path) };
        if !path.is_empty() && !path.starts_with(b"/") && !self.host.is_empty() {
            output.push(b'/');
        }
        if output.is_empty() && cut(&path, b'/').0.contains(&b':') {
            output.extend_from_slice(b"./");
        }
        output.extend(path);
    }
}

impl User {
    /// Returns the name and the password as they stand in an address.
    pub(super) fn written(&self) -> Vec<u8> {
        let mut output = escaped(&self.name, Part::User);
        if let Some(password) = &self.password {
            output.push(b':');
            output.extend(escaped(password, Part::User));
        }
        output
    }
}

fn cut(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|byte| *byte == at) {
        Some(place) => (text.get(..place).unwrap_or_default(), text.get(place + 1..)),
        None => (text, None),
    }
}

fn scheme(text: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err(Fault::Scheme),
            b':' => {
                let (scheme, rest) = text.split_at(at);
                return Ok((scheme, rest.get(1..).unwrap_or_default()));
            }
            _ => return Ok((b"", text)),
        }
    }
    Ok((b"", text))
}

fn parsed_authority(text: &[u8]) -> Result<(Option<User>, Vec<u8>), Fault> {
    let Some(at) = text.iter().rposition(|byte| *byte == b'@') else {
        return Ok((None, parsed_host(text)?));
    };
    let host = parsed_host(text.get(at + 1..).unwrap_or_default())?;
    let user = text.get(..at).unwrap_or_default();
    let is_valid = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
    if !user.iter().all(is_valid) {
        return Err(Fault::User);
    }
    let (name, password) = cut(user, b':');
    let name = unescaped(name, Part::User)?;
    let password = password.map(|password| unescaped(password, Part::User)).transpose()?;
    Ok((Some(User { name, password }), host))
}

fn parsed_host(host: &[u8]) -> Result<Vec<u8>, Fault> {
    if host.starts_with(b"[") {
        let end = host.iter().rposition(|byte| *byte == b']').ok_or(Fault::Bracket)?;
        let (literal, port) = host.split_at(end);
        let after = port.get(1..).unwrap_or_default();
        check_port(after)?;
        let zone = literal.windows(3).position(|window| window == b"%25");
        if let Some(zone) = zone {
            let (address, zone) = literal.split_at(zone);
            let parts = [
                unescaped(address, Part::Host)?,
                unescaped(zone, Part::Zone)?,
                unescaped(port, Part::Host)?,
            ];
            return Ok(parts.concat());
        }
    } else if let Some(colon) = host.iter().rposition(|byte| *byte == b':') {
        check_port(host.get(colon..).unwrap_or_default())?;
    }
    unescaped(host, Part::Host)
}

fn check_port(port: &[u8]) -> Result<(), Fault> {
    if is_port(port) { Ok(()) } else { Err(Fault::Port(quoted(port, Escape::Needed))) }
}

fn is_port(port: &[u8]) -> bool {
    match port.split_first() {
        None => true,
        Some((first, rest)) => *first == b':' && rest.iter().all(u8::is_ascii_digit),
    }
}

/// Returns a part of an address with its escapes undone.
pub(super) fn unescaped(text: &[u8], part: Part) -> Result<Vec<u8>, Fault> {
    let mut output = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        let is_in_host = matches!(part, Part::Host | Part::Zone);
        if *byte != b'%' {
            if is_in_host && *byte < 0x80 && should_escape(*byte, part) {
                return Err(Fault::Host(quoted(&[*byte], Escape::Needed)));
            }
            output.push(*byte);
            rest = after;
            continue;
        }
        let shown = || quoted(rest.get(..3).unwrap_or(rest), Escape::Needed);
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            return Err(Fault::Escape(shown()));
        };
        let value = u8::try_from(high << 4 | low).unwrap_or(0);
        let is_percent = rest.get(..3) == Some(b"%25".as_slice());
        if part == Part::Host && high < 8 && !is_percent {
            return Err(Fault::Escape(shown()));
        }
        if part == Part::Zone && !is_percent && value != b' ' && should_escape(value, Part::Host) {
            return Err(Fault::Escape(shown()));
        }
        output.push(value);
        rest = after.get(2..).unwrap_or_default();
    }
    Ok(output)
}

/// Returns a part of an address with what cannot stand in it escaped.
pub(super) fn escaped(text: &[u8], part: Part) -> Vec<u8> {
    let mut output = Vec::with_capacity(text.len());
    for byte in text {
        if should_escape(*byte, part) {
            output.extend(format!("%{byte:02X}").bytes());
        } else {
            output.push(*byte);
        }
    }
    output
}

fn should_escape(byte: u8, part: Part) -> bool {
    if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
        return false;
    }
    match part {
        Part::Host | Part::Zone => !b"!$&'()*+,;=:[]<>\"".contains(&byte),
        Part::Path => !b"$&+,/:;=@".contains(&byte),
        Part::User => !b"$&+,;=".contains(&byte),
        Part::Fragment => !b"$&+,/:;=?@!()*".contains(&byte),
    }
}
