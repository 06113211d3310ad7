//! Which hosting service an address belongs to, and where that service has its REST API.

use url::Url;

/// The service that serves a repository, as far as its address tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Service {
    /// Azure Repos, or Azure DevOps Server.
    AzureDevOps(AzureRepository),
    /// GitHub, or GitHub Enterprise.
    GitHub(GitHubRepository),
    /// One of those that we can push to, and nothing more.
    Other(&'static str),
    /// A server that may be GitHub Enterprise under a name of its own, if it is one at all.
    Unknown(GitHubRepository),
    /// A server that is none of these.
    Plain,
}

/// A repository of Azure Repos or Azure DevOps Server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AzureRepository {
    /// The organization or collection.
    pub collection: Url,
    /// Where it knows people and groups: a host of its own in the cloud.
    pub identities: Url,
    /// The project's name.
    pub project: String,
    /// The repository's name.
    pub name: String,
}

/// A repository of GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitHubRepository {
    /// The REST API.
    pub api: Url,
    /// The GraphQL API.
    pub graphql: Url,
    /// The user or organization.
    pub owner: String,
    /// The repository's name.
    pub name: String,
}

impl Service {
    /// Returns the service that an address belongs to.
    pub fn of(address: &Url) -> Self {
        if let Some(repository) = azure(address) {
            return Self::AzureDevOps(repository);
        }
        let host = address.host_str().unwrap_or_default();
        let is = |name: &str| host.split('.').any(|label| label.contains(name));
        match github(address) {
            _ if is("gitlab") => Self::Other("GitLab"),
            _ if is("bitbucket") => Self::Other("Bitbucket"),
            Some(repository) if is("github") || host.ends_with(".ghe.com") => {
                Self::GitHub(repository)
            }
            Some(repository) => Self::Unknown(repository),
            None => Self::Plain,
        }
    }
}

/// Returns the repository whose address has the `_git` of Azure DevOps. What stands before it is the
/// collection, and the project unless that has the repository's name.
fn azure(address: &Url) -> Option<AzureRepository> {
    let parts: Vec<String> = address.path_segments()?.map(decoded).collect();
    let mark = parts.iter().position(|part| part == "_git")?;
    // `_full` and `_optimized` ask for more or less of the objects.
    let behind = parts.get(mark + 1..)?;
    let behind = behind.strip_prefix(&["_full".to_owned()]).unwrap_or(behind);
    let behind = behind.strip_prefix(&["_optimized".to_owned()]).unwrap_or(behind);
    let [name] = behind else { return None };
    let before = parts.get(..mark)?;
    let host = address.host_str().unwrap_or_default().to_lowercase();
    let length = match before {
        _ if host == "dev.azure.com" => 1,
        [first, ..] if host.ends_with(VISUAL_STUDIO) => {
            usize::from(first.eq_ignore_ascii_case("DefaultCollection"))
        }
        [] if host.ends_with(VISUAL_STUDIO) => 0,
        // On a server of one's own: the collection, maybe below `tfs`.
        [.., _] if before.len() == 1 => 1,
        [tfs, _] if tfs.eq_ignore_ascii_case("tfs") => 2,
        [.., _] => before.len() - 1,
        [] => return None,
    };
    let project = match before.get(length..)? {
        [] => name.clone(),
        [project] => project.clone(),
        _ => return None,
    };
    let collection = below(address, before.get(..length)?)?;
    let identities = identities(&collection, &host)?;
    Some(AzureRepository { collection, identities, project, name: name.clone() })
}

const VISUAL_STUDIO: &str = ".visualstudio.com";

/// Returns where people and groups of a collection are looked up. In the cloud that is a host of its
/// own, as the service's documents have it.
fn identities(collection: &Url, host: &str) -> Option<Url> {
    let mut url = collection.clone();
    if host == "dev.azure.com" {
        url.set_host(Some("vssps.dev.azure.com")).ok()?;
    } else if let Some(organization) = host.strip_suffix(VISUAL_STUDIO) {
        url.set_host(Some(&format!("{organization}.vssps{VISUAL_STUDIO}"))).ok()?;
        url.set_path("/");
    }
    Some(url)
}

fn github(address: &Url) -> Option<GitHubRepository> {
    let parts: Vec<String> = address.path_segments()?.map(decoded).collect();
    let [owner, name] = parts.as_slice() else { return None };
    let name = name.strip_suffix(".git").unwrap_or(name);
    let host = address.host_str()?;
    let mut api = address.clone();
    let rooted = host == "github.com" || host == "www.github.com" || host.ends_with(".ghe.com");
    let (rest, graphql) = if rooted {
        let host = host.strip_prefix("www.").unwrap_or(host);
        api.set_host(Some(&format!("api.{host}"))).ok()?;
        (vec![], ["graphql"].as_slice())
    } else {
        (vec!["api".to_owned(), "v3".to_owned()], ["api", "graphql"].as_slice())
    };
    let graphql: Vec<String> = graphql.iter().map(|part| (*part).to_owned()).collect();
    Some(GitHubRepository {
        graphql: below(&api, &graphql)?,
        api: below(&api, &rest)?,
        owner: owner.clone(),
        name: name.to_owned(),
    })
}

/// Returns the address of a path on the host of another address.
fn below(host: &Url, path: &[String]) -> Option<Url> {
    let mut url = host.clone();
    url.path_segments_mut().ok()?.clear().extend(path);
    Some(url)
}

fn decoded(part: &str) -> String {
    percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(addresses: &[&str], expected: &Expect) {
        let shown = addresses.iter().map(|address| match Service::of(&address.parse().unwrap()) {
            Service::AzureDevOps(AzureRepository { collection, identities, project, name }) => {
                format!("azure {collection} {identities} {project:?} {name:?}\n")
            }
            Service::GitHub(GitHubRepository { api, graphql, owner, name }) => {
                format!("github {api} {graphql} {owner} {name}\n")
            }
            Service::Other(name) => format!("{name}\n"),
            Service::Unknown(GitHubRepository { api, graphql, owner, name }) => {
                format!("unknown {api} {graphql} {owner} {name}\n")
            }
            Service::Plain => "plain\n".to_owned(),
        });
        expected.assert_eq(&shown.collect::<String>());
    }

    #[test]
    fn azure_devops_is_known_by_its_git() {
        check(
            &[
                "https://dev.azure.com/contoso/my%20project/_git/manifests",
                "https://dev.azure.com/contoso/_git/manifests",
                "https://contoso.visualstudio.com/platform/_git/manifests",
                "https://contoso.visualstudio.com/DefaultCollection/platform/_git/_full/manifests",
                "https://contoso.visualstudio.com/_git/manifests",
                "https://git.contoso.test/tfs/Main/platform/_git/manifests",
                "https://git.contoso.test/tfs/Main/_git/manifests",
                "http://git.contoso.test:8080/Main/platform/_git/manifests",
                "https://git.contoso.test/Main/_git/manifests",
                "https://git.contoso.test/_git/manifests",
            ],
            &expect![[r#"
                azure https://dev.azure.com/contoso https://vssps.dev.azure.com/contoso "my project" "manifests"
                azure https://dev.azure.com/contoso https://vssps.dev.azure.com/contoso "manifests" "manifests"
                azure https://contoso.visualstudio.com/ https://contoso.vssps.visualstudio.com/ "platform" "manifests"
                azure https://contoso.visualstudio.com/DefaultCollection https://contoso.vssps.visualstudio.com/ "platform" "manifests"
                azure https://contoso.visualstudio.com/ https://contoso.vssps.visualstudio.com/ "manifests" "manifests"
                azure https://git.contoso.test/tfs/Main https://git.contoso.test/tfs/Main "platform" "manifests"
                azure https://git.contoso.test/tfs/Main https://git.contoso.test/tfs/Main "manifests" "manifests"
                azure http://git.contoso.test:8080/Main http://git.contoso.test:8080/Main "platform" "manifests"
                azure https://git.contoso.test/Main https://git.contoso.test/Main "manifests" "manifests"
                unknown https://git.contoso.test/api/v3 https://git.contoso.test/api/graphql _git manifests
            "#]],
        );
    }

    #[test]
    fn github_is_known_by_its_name() {
        check(
            &[
                "https://github.com/contoso/manifests.git",
                "https://contoso.ghe.com/contoso/manifests",
                "https://github.contoso.test/contoso/manifests",
                "https://git.contoso.test/contoso/manifests.git",
                "https://git.contoso.test/a/b/c.git",
                "https://gitlab.com/contoso/manifests.git",
                "https://bitbucket.org/contoso/manifests.git",
            ],
            &expect![[r#"
                github https://api.github.com/ https://api.github.com/graphql contoso manifests
                github https://api.contoso.ghe.com/ https://api.contoso.ghe.com/graphql contoso manifests
                github https://github.contoso.test/api/v3 https://github.contoso.test/api/graphql contoso manifests
                unknown https://git.contoso.test/api/v3 https://git.contoso.test/api/graphql contoso manifests
                plain
                GitLab
                Bitbucket
            "#]],
        );
    }
}
