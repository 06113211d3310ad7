//! Text that must never be shown, and the credentials made of it.

mod identity;

pub use identity::{Federated, Identity};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeSet;
use std::fmt;

/// A non-empty text that is never printed: it has no `Display`, and its `Debug` is `***`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret(String);

impl Secret {
    /// Returns the secret, or `None` for a text that is empty but for blanks.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (!text.trim().is_empty()).then_some(Self(text))
    }

    /// Returns the text itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns every form in which the text could appear in an output: itself, its lines, and
    /// the encodings that headers and URLs give it. None of them holds a line break.
    // The agent masks a secret variable's own value and its plain base64, but not the base64 of
    // ":token", which is what a Basic header carries, and it matches within one line only.
    pub fn forms(&self) -> Vec<String> {
        let mut forms = BTreeSet::new();
        for text in [self.0.as_str(), self.0.trim()] {
            for line in text.lines().map(str::trim) {
                forms.insert(line.to_owned());
            }
            forms.insert(BASE64_STANDARD.encode(text));
            forms.extend(USERS.iter().map(|(_, user)| basic(user, text)));
            forms.insert(basic("", text));
            forms.insert(utf8_percent_encode(text, NON_ALPHANUMERIC).to_string());
        }
        forms.into_iter().filter(|form| !form.is_empty()).collect()
    }
}

impl Secret {
    /// Returns what every base64 of a text that holds the secret holds too, depending on how many
    /// bytes stand before it.
    pub fn within_base64(&self) -> [String; 3] {
        let text = self.0.trim().as_bytes();
        [0, 1, 2].map(|before| {
            let encoded = BASE64_STANDARD.encode([vec![0; before], text.to_vec()].concat());
            // A character has six bits: those at the ends have some of what is around, or `=`.
            let whole = (before + text.len()) * 8 / 6;
            encoded.chars().take(whole).skip((before * 8).div_ceil(6)).collect()
        })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// How a run proves who it is to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// It does not.
    Anonymous,
    /// A personal access token, sent as the password of a user whose name does not count (HTTP
    /// Basic).
    Token(Secret),
    /// An access token of the platform, sent as it is (HTTP Bearer).
    Bearer(Secret),
    /// What stands before the `@` of an address: `user:password`, or one of the two (HTTP Basic).
    UserInfo(Secret),
    /// Nothing yet: Microsoft Entra gives a token for who the run is.
    Identity(Box<Identity>),
}

impl Credential {
    /// Returns the value of the `Authorization` header for a host, or `None` for
    /// [`Credential::Anonymous`] and what is no token yet.
    pub fn authorization(&self, host: &str) -> Option<Secret> {
        match self {
            Self::Anonymous | Self::Identity(_) => None,
            Self::Token(token) => {
                Secret::new(format!("Basic {}", basic(user(host), token.reveal().trim())))
            }
            Self::Bearer(token) => Secret::new(format!("Bearer {}", token.reveal().trim())),
            Self::UserInfo(text) => {
                let text = text.reveal().trim();
                // A token alone may be meant as either; where it is the password no host minds it
                // as the user too, but those that have a user of their own for tokens.
                let alone = (if user(host).is_empty() { text } else { user(host) }, text);
                let (user, password) = text.split_once(':').unwrap_or(alone);
                Secret::new(format!("Basic {}", basic(user, password)))
            }
        }
    }

    /// Returns the password of a user, which is a secret of its own.
    pub fn password(&self) -> Option<Secret> {
        match self {
            Self::UserInfo(text) => {
                text.reveal().split_once(':').and_then(|(_, it)| Secret::new(it))
            }
            Self::Anonymous | Self::Token(_) | Self::Bearer(_) | Self::Identity(_) => None,
        }
    }

    /// Returns the secret that the credential holds.
    pub fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Anonymous | Self::Identity(_) => None,
            Self::Token(secret) | Self::Bearer(secret) | Self::UserInfo(secret) => Some(secret),
        }
    }
}

/// The user names of hosts that do not take an empty one, by a part of the host's name. Azure DevOps
/// takes any, and its Server an empty one best.
const USERS: &[(&str, &str)] =
    &[("github", "x-access-token"), ("gitlab", "oauth2"), ("bitbucket", "x-token-auth")];

fn user(host: &str) -> &'static str {
    USERS.iter().find(|(part, _)| host.contains(part)).map_or("", |(_, user)| *user)
}

fn basic(user: &str, password: &str) -> String {
    BASE64_STANDARD.encode(format!("{user}:{password}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints_itself() {
        let secret = Secret::new("pat-123").unwrap();
        assert_eq!(format!("{secret:?}"), "***");
        assert_eq!(format!("{:?}", Credential::Token(secret)), "Token(***)");
    }

    #[test]
    fn a_blank_text_is_no_secret() {
        assert_eq!(Secret::new(" \n"), None);
    }

    #[test]
    fn the_forms_are_those_that_headers_and_urls_carry() {
        let forms = Secret::new("p/t").unwrap().forms();
        for form in ["OnAvdA==", "cC90", "p%2Ft", "p/t", "eC1hY2Nlc3MtdG9rZW46cC90"] {
            assert!(forms.contains(&form.to_owned()), "{form}: {forms:?}");
        }
    }

    #[test]
    fn a_secret_of_several_lines_is_masked_line_by_line() {
        let forms = Secret::new("one\r\ntwo\n").unwrap().forms();
        assert!(forms.contains(&"one".to_owned()) && forms.contains(&"two".to_owned()));
        assert!(forms.iter().all(|form| !form.contains(['\r', '\n'])));
    }

    #[test]
    fn what_stands_before_the_at_is_a_user_with_a_password_or_a_token() {
        let header = |text: &str, host| {
            let credential = Credential::UserInfo(Secret::new(text).unwrap());
            credential.authorization(host).unwrap().reveal().to_owned()
        };
        assert_eq!(header("u:p", "git.test"), format!("Basic {}", basic("u", "p")));
        assert_eq!(header("u:", "git.test"), format!("Basic {}", basic("u", "")));
        assert_eq!(header("token\n", "git.test"), format!("Basic {}", basic("token", "token")));
        let github = format!("Basic {}", basic("x-access-token", "token"));
        assert_eq!(header("token", "github.com"), github);
    }

    #[test]
    fn a_token_is_the_password_of_an_empty_user_where_the_host_takes_one() {
        let token = Credential::Token(Secret::new("p/t\n").unwrap());
        let header = |host| token.authorization(host).unwrap().reveal().to_owned();
        assert_eq!(header("dev.azure.com"), "Basic OnAvdA==");
        assert_eq!(header("github.com"), "Basic eC1hY2Nlc3MtdG9rZW46cC90");
    }
}
