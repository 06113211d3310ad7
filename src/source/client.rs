//! What Helm's own client on this machine knows: repositories by alias, and who we are to
//! registries.

use crate::helm::metadata::text_of;
use crate::host::agent::Agent;
use crate::host::files;
use crate::secret::{Credential, Secret};
use crate::source::Problem;
use crate::yaml::{self, Keys, Mapping, Value};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use std::path::{Path, PathBuf};
use url::Url;

/// A repository that somebody added to Helm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Its alias.
    pub alias: String,
    /// Its address.
    pub url: String,
    /// How to enter it.
    pub credential: Credential,
    /// Whether charts on other hosts get the credential too.
    pub is_for_all_hosts: bool,
    /// A file with the certificates to trust.
    pub authorities: Option<PathBuf>,
}

/// What a registry wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Login {
    /// A user's name and password.
    User(Secret),
    /// A token that the registry gives tokens for.
    Refresh(Secret),
}

/// Returns the repositories of Helm's `repositories.yaml`.
pub(super) fn repositories(agent: &Agent) -> Result<Vec<Known>, Problem> {
    let file = match agent.raw("HELM_REPOSITORY_CONFIG") {
        Some(file) => Some(PathBuf::from(file)),
        None => configuration(agent).map(|folder| folder.join("repositories.yaml")),
    };
    let Some(mapping) = file.as_deref().map(read).transpose()?.flatten() else {
        return Ok(Vec::new());
    };
    let Some(Value::Sequence(items)) = mapping.get("repositories") else {
        return Ok(Vec::new());
    };
    Ok(items.iter().filter_map(Value::as_mapping).map(known).collect())
}

fn known(item: &Mapping) -> Known {
    let text = |key: &str| item.get(key).map(text_of).unwrap_or_default();
    let authorities = text("caFile");
    let (user, password) = (text("username"), text("password"));
    let credential = if user.is_empty() && password.is_empty() {
        Credential::Anonymous
    } else {
        Secret::new(format!("{user}:{password}"))
            .map_or(Credential::Anonymous, Credential::UserInfo)
    };
    Known {
        alias: text("name"),
        url: text("url"),
        credential,
        is_for_all_hosts: matches!(item.get("pass_credentials_all"), Some(Value::Bool(true))),
        authorities: (!authorities.is_empty()).then(|| PathBuf::from(authorities)),
    }
}

/// Returns what Helm's or Docker's client would show to a registry, from the files in which a login
/// leaves it. Helpers, which are programs, are not asked.
pub(super) fn login(agent: &Agent, host: &str) -> Result<Option<Login>, Problem> {
    let helm = match agent.raw("HELM_REGISTRY_CONFIG") {
        Some(file) => Some(PathBuf::from(file)),
        None => configuration(agent).map(|folder| folder.join("registry/config.json")),
    };
    let docker = match agent.raw("DOCKER_CONFIG") {
        Some(folder) => Some(PathBuf::from(folder)),
        None => home(agent).map(|home| home.join(".docker")),
    };
    let docker = docker.map(|folder| folder.join("config.json"));
    for file in [helm, docker].into_iter().flatten() {
        let Some(root) = read(&file)? else {
            continue;
        };
        let logins = root.get("auths").and_then(Value::as_mapping);
        let login = logins.and_then(|logins| {
            let names = [host.to_owned(), format!("https://{host}"), format!("https://{host}/")];
            names.iter().find_map(|name| logins.get(name)).and_then(Value::as_mapping)
        });
        if let Some(login) = login.and_then(login_of) {
            return Ok(Some(login));
        }
    }
    Ok(None)
}

fn login_of(item: &Mapping) -> Option<Login> {
    let text = |key: &str| item.get(key).map(text_of).unwrap_or_default();
    if let Some(token) = Secret::new(text("identitytoken")) {
        return Some(Login::Refresh(token));
    }
    let decoded = BASE64_STANDARD.decode(text("auth").trim()).unwrap_or_default();
    let pair = String::from_utf8_lossy(&decoded).trim_end_matches('\0').to_owned();
    let pair = if pair.is_empty() && !text("username").is_empty() {
        format!("{}:{}", text("username"), text("password"))
    } else {
        pair
    };
    Secret::new(pair).map(Login::User)
}

/// Returns a file's mapping; nothing where there is no file.
fn read(file: &Path) -> Result<Option<Mapping>, Problem> {
    let Some(text) = files::read_if_there(file)? else {
        return Ok(None);
    };
    let unreadable = |reason: String| Problem::Client { file: file.to_owned(), reason };
    match yaml::read(&text, Keys::Text).map_err(|error| unreadable(error.message))? {
        Value::Mapping(mapping) => Ok(Some(mapping)),
        Value::Null => Ok(None),
        _ => Err(unreadable("it is not a mapping".to_owned())),
    }
}

/// Returns the folder of Helm's configuration.
fn configuration(agent: &Agent) -> Option<PathBuf> {
    if let Some(folder) = agent.raw("HELM_CONFIG_HOME") {
        return Some(PathBuf::from(folder));
    }
    if let Some(folder) = agent.raw("XDG_CONFIG_HOME") {
        return Some(Path::new(folder).join("helm"));
    }
    if cfg!(windows) {
        return agent.raw("APPDATA").map(|folder| Path::new(folder).join("helm"));
    }
    let below = if cfg!(target_os = "macos") { "Library/Preferences/helm" } else { ".config/helm" };
    home(agent).map(|home| home.join(below))
}

fn home(agent: &Agent) -> Option<PathBuf> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    agent.raw(name).filter(|home| !home.is_empty()).map(PathBuf::from)
}

/// Tells whether two addresses are of one repository.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let form = |text: &str| match Url::parse(text) {
        Ok(url) => url.as_str().trim_end_matches('/').to_owned(),
        Err(_) => text.trim_end_matches('/').to_owned(),
    };
    form(one) == form(other)
}
