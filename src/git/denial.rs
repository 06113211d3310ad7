//! Why a hosting service does not let a run in, by the codes, headers and words of its answer.

use crate::address::Service;
use crate::failure::Code;
use url::Url;

/// An answer that says no.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// The headers, by names in lower case.
    pub headers: &'a [(String, String)],
    /// The text; nothing where it is a web page.
    pub text: &'a str,
    /// Whether it is a web page.
    pub is_page: bool,
}

/// What a hosting service has against a run, where its answer tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The token is too old.
    Expired,
    /// The token's owner is nobody whom the organization knows, or the token is another's.
    Stranger,
    /// The owner has never signed in.
    FirstSignIn,
    /// The owner's account is disabled.
    Disabled,
    /// The server takes no tokens, but the sign-in of Windows only.
    Windows,
    /// The host takes tokens only, and what was sent is a password.
    Password,
    /// A policy of the organization refuses the token, or the agent's address.
    Policy,
    /// The token has to be authorized for single sign-on, at this page.
    SingleSignOn(Option<String>),
    /// The organization does not exist.
    Organization,
    /// The project does not exist.
    Project,
    /// A right is missing, by the host's name for it.
    Right(String),
    /// The repository cannot be written to by anybody.
    Archived,
    /// The token lacks a scope.
    Scope,
}

/// Words that only one reason has. Codes of Azure DevOps stay what they are in every language.
const WORDS: &[(&str, Denial)] = &[
    ("token used has expired", Denial::Expired),
    ("token has expired", Denial::Expired),
    ("token is expired", Denial::Expired),
    ("TF401444", Denial::FirstSignIn),
    ("account is suspended", Denial::Disabled),
    ("account has been blocked", Denial::Disabled),
    ("account is disabled", Denial::Disabled),
    ("account has been disabled", Denial::Disabled),
    ("SAML SSO", Denial::SingleSignOn(None)),
    ("IP allow list", Denial::Policy),
    ("IP whitelist", Denial::Policy),
    ("VS403463", Denial::Policy),
    ("VS403", Denial::Policy),
    ("conditional access", Denial::Policy),
    ("TF400813", Denial::Stranger),
    ("VS30063", Denial::Stranger),
    ("TF14045", Denial::Stranger),
    ("TF200016", Denial::Project),
    ("VS800075", Denial::Project),
    ("password authentication", Denial::Password),
    ("account passwords", Denial::Password),
    ("was archived", Denial::Archived),
    ("privilege scopes", Denial::Scope),
    ("insufficient_scope", Denial::Scope),
    ("Write access to repository not granted", Denial::Scope),
];

impl Denial {
    /// Returns what an answer has against a run, where it tells.
    pub fn of(address: &Url, answer: &Answer<'_>) -> Option<Self> {
        if let Some(value) = answer.header("x-github-sso") {
            return Some(Self::SingleSignOn(page(address, value)));
        }
        if let Some(right) = missing_right(answer.text) {
            return Some(Self::Right(right));
        }
        let says = |words: &str| contains(answer.text, words);
        if let Some((_, denial)) = WORDS.iter().find(|(words, _)| says(words)) {
            return Some(denial.clone());
        }
        let asked: Vec<&str> = answer.all("www-authenticate").collect();
        let offers = |scheme: &str| asked.iter().any(|value| contains(value, scheme));
        if answer.status == 401 && (offers("negotiate") || offers("ntlm")) && !offers("basic") {
            return Some(Self::Windows);
        }
        // What git itself is told of is a text; only a host without that organization has a page.
        let is_azure = matches!(Service::of(address), Service::AzureDevOps(_));
        (answer.status == 404 && answer.is_page && is_azure).then_some(Self::Organization)
    }

    /// Returns the code under which the reason is explained.
    pub const fn code(&self) -> Code {
        match self {
            Self::Expired | Self::Stranger | Self::Disabled | Self::Windows | Self::Password => {
                Code::Unauthorized
            }
            Self::FirstSignIn | Self::Right(_) | Self::Archived | Self::Scope => Code::Forbidden,
            Self::Policy | Self::SingleSignOn(_) => Code::AccessPolicy,
            Self::Organization | Self::Project => Code::RepositoryMissing,
        }
    }

    /// Returns what happened, for the repository.
    pub fn what(&self, repository: &str) -> String {
        match self {
            Self::Expired => format!("the token for {repository} has expired"),
            Self::Stranger => {
                format!("the organization of {repository} does not know the token's owner")
            }
            Self::FirstSignIn => {
                format!("the token's owner has never signed in to the organization of {repository}")
            }
            Self::Disabled => {
                format!("the account of the token's owner is disabled at {repository}")
            }
            Self::Windows => format!("{repository} takes no tokens, only the sign-in of Windows"),
            Self::Password => format!("{repository} takes no passwords, only tokens"),
            Self::Policy => {
                format!(
                    "a policy of the organization of {repository} refuses the token or the agent"
                )
            }
            Self::SingleSignOn(_) => {
                format!("the token for {repository} is not authorized for single sign-on")
            }
            Self::Organization => format!("there is no organization of {repository}"),
            Self::Project => format!("there is no project of {repository}"),
            Self::Right(right) => {
                format!("the token's owner lacks the right {} in {repository}", named(right))
            }
            Self::Archived => format!("{repository} is archived, and cannot be written to"),
            Self::Scope => format!("the token for {repository} lacks a scope"),
        }
    }

    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Expired => {
                "make a new token, and store it in the secret variable or the service \
                 connection"
            }
            Self::Stranger => {
                "check the organization in the address, that the token is for it (or \
                 for all), and that its owner is a user of it"
            }
            Self::FirstSignIn => "sign in as that account in a browser, one time",
            Self::Disabled => "use the token of an account that is not, or have it enabled again",
            Self::Windows => {
                "let the server take basic authentication over HTTPS, which personal \
                 access tokens need"
            }
            Self::Password => "make a token (or an access token of the repository) and use that",
            Self::Policy => {
                "ask the organization's administrators: conditional access, or a list \
                 of addresses that may come in"
            }
            Self::SingleSignOn(Some(page)) => {
                return format!("authorize the token for the organization at {page}");
            }
            Self::SingleSignOn(None) => {
                "authorize the token for the organization (GitHub: Settings, \
                 Developer settings, the token, Configure SSO)"
            }
            Self::Organization | Self::Project => {
                "correct the input destinationRepository: copy \
                 the address that the repository's Clone button shows"
            }
            Self::Right(right) => {
                return format!(
                    "give the token's owner the permission {} on the repository (Project settings, \
                     Repositories, Security)",
                    named(right)
                );
            }
            Self::Archived => "publish to another repository, or have it unarchived",
            Self::Scope => {
                "make a token that may read and write code: Code (Read & write) in Azure \
                 DevOps, Contents (Read and write) on GitHub, write_repository on GitLab, \
                 Repositories (Write) on Bitbucket"
            }
        }
        .to_owned()
    }
}

impl<'a> Answer<'a> {
    fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    fn header(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }
}

/// Returns the right of Azure DevOps that a text says is missing (TF401027).
pub fn missing_right(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("TF401027")?;
    let right = rest.split(['\'', '‘', '’', '"']).nth(1)?;
    let is_name = (1..=40).contains(&right.len()) && right.chars().all(|c| c.is_ascii_alphabetic());
    is_name.then(|| right.to_owned())
}

/// Returns a right as the settings of Azure DevOps call it.
pub fn named(right: &str) -> &str {
    match right {
        "GenericRead" => "Read",
        "GenericContribute" => "Contribute",
        "CreateBranch" => "Create branch",
        "CreateTag" => "Create tag",
        "ForcePush" => "Force push",
        "PolicyExempt" => "Bypass policies when pushing",
        "PullRequestContribute" => "Contribute to pull requests",
        other => other,
    }
}

/// Returns the page of a header `X-GitHub-SSO: required; url=…`, if it is on the repository's host.
fn page(address: &Url, header: &str) -> Option<String> {
    let url = header.split(';').find_map(|part| part.trim().strip_prefix("url="))?;
    let url = Url::parse(url).ok().filter(|url| url.origin() == address.origin())?;
    Some(url.into())
}

fn contains(text: &str, words: &str) -> bool {
    text.to_ascii_lowercase().contains(&words.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missing_right_is_named() {
        let text = "TF401027: You need the Git 'GenericContribute' permission to perform this \
                    action. Details: identity 'Build\\5f', scope 'repository'.";
        assert_eq!(missing_right(text).as_deref(), Some("GenericContribute"));
        assert_eq!(named("GenericContribute"), "Contribute");
        assert_eq!(missing_right("TF401027: no '##vso[x]' here"), None);
        assert_eq!(missing_right("the right 'GenericContribute'"), None);
    }

    #[test]
    fn a_page_for_single_sign_on_is_the_hosts_own() {
        let address = Url::parse("https://github.com/contoso/r").unwrap();
        let own = "required; url=https://github.com/orgs/contoso/sso?authorization_request=A";
        let expected = "https://github.com/orgs/contoso/sso?authorization_request=A";
        assert_eq!(page(&address, own).as_deref(), Some(expected));
        assert_eq!(page(&address, "required; url=https://evil.test/sso"), None);
        assert_eq!(page(&address, "partial-results; organizations=1"), None);
    }
}
