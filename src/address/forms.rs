//! A table of the addresses that people paste, and what each stands for.

use crate::address::{Address, Service};
use crate::failure::Diagnose;
use expect_test::{Expect, expect};

fn check(addresses: &[&str], expected: &Expect) {
    let shown = addresses.iter().map(|text| match Address::parse(text) {
        Ok(Address::Server(url)) => {
            let service = match Service::of(&url) {
                Service::AzureDevOps(repository) => {
                    format!("Azure DevOps {}/{}", repository.project, repository.name)
                }
                Service::GitHub(repository) => {
                    format!("GitHub {}/{}", repository.owner, repository.name)
                }
                Service::Other(name) => name.to_owned(),
                Service::Unknown(_) | Service::Plain => "git".to_owned(),
            };
            format!("{url} ({service})\n")
        }
        Ok(Address::Folder(path)) => format!("{} (folder)\n", path.display()),
        Err(error) => format!("{error}: {}\n", error.hint().unwrap_or_default()),
    });
    expected.assert_eq(&shown.collect::<Vec<_>>().concat());
}

#[test]
fn azure_devops() {
    check(
        &[
            "https://dev.azure.com/contoso/platform/_git/manifests",
            "https://contoso@dev.azure.com/contoso/platform/_git/manifests",
            "https://dev.azure.com/contoso/platform/_git/manifests/",
            "https://dev.azure.com/contoso/platform/_git/manifests.git",
            "https://dev.azure.com/contoso/platform/_git/manifests?path=/prod&version=GBmain",
            "https://dev.azure.com/contoso/_git/manifests",
            "https://dev.azure.com/contoso/my%20project/_git/my%20repo",
            "https://dev.azure.com/contoso/my project/_git/my repo",
            "HTTPS://DEV.AZURE.COM/contoso/platform/_git/manifests",
            "  https://dev.azure.com/contoso/platform/_git/manifests\n",
            "https://contoso.visualstudio.com/platform/_git/manifests",
            "https://contoso.visualstudio.com/DefaultCollection/platform/_git/manifests",
            "https://contoso.visualstudio.com/_git/manifests",
            "https://tfs.contoso.test/tfs/DefaultCollection/platform/_git/manifests",
            "http://tfs:8080/tfs/DefaultCollection/my%20project/_git/manifests",
            "https://devops.contoso.test/Main/platform/_git/manifests",
        ],
        &expect![[r#"
            https://dev.azure.com/contoso/platform/_git/manifests (Azure DevOps platform/manifests)
            https://dev.azure.com/contoso/platform/_git/manifests (Azure DevOps platform/manifests)
            https://dev.azure.com/contoso/platform/_git/manifests (Azure DevOps platform/manifests)
            https://dev.azure.com/contoso/platform/_git/manifests.git (Azure DevOps platform/manifests.git)
            https://dev.azure.com/contoso/platform/_git/manifests (Azure DevOps platform/manifests)
            https://dev.azure.com/contoso/_git/manifests (Azure DevOps manifests/manifests)
            https://dev.azure.com/contoso/my%20project/_git/my%20repo (Azure DevOps my project/my repo)
            https://dev.azure.com/contoso/my%20project/_git/my%20repo (Azure DevOps my project/my repo)
            https://dev.azure.com/contoso/platform/_git/manifests (Azure DevOps platform/manifests)
            https://dev.azure.com/contoso/platform/_git/manifests (Azure DevOps platform/manifests)
            https://contoso.visualstudio.com/platform/_git/manifests (Azure DevOps platform/manifests)
            https://contoso.visualstudio.com/DefaultCollection/platform/_git/manifests (Azure DevOps platform/manifests)
            https://contoso.visualstudio.com/_git/manifests (Azure DevOps manifests/manifests)
            https://tfs.contoso.test/tfs/DefaultCollection/platform/_git/manifests (Azure DevOps platform/manifests)
            http://tfs:8080/tfs/DefaultCollection/my%20project/_git/manifests (Azure DevOps my project/manifests)
            https://devops.contoso.test/Main/platform/_git/manifests (Azure DevOps platform/manifests)
        "#]],
    );
}

#[test]
fn other_hosts() {
    check(
        &[
            "https://github.com/contoso/manifests",
            "https://github.com/contoso/manifests.git",
            "https://robot@github.com/contoso/manifests.git/",
            "https://github.contoso.test/contoso/manifests.git",
            "https://gitlab.com/contoso/platform/manifests.git",
            "https://bitbucket.org/contoso/manifests.git",
            "https://robot@bitbucket.org/contoso/manifests.git",
            "https://git.contoso.test:8443/scm/a/manifests.git",
            "http://localhost:3000/manifests",
            "https://git.contoso.test/user%40team/manifests",
        ],
        &expect![[r#"
            https://github.com/contoso/manifests (GitHub contoso/manifests)
            https://github.com/contoso/manifests.git (GitHub contoso/manifests)
            https://github.com/contoso/manifests.git (GitHub contoso/manifests)
            https://github.contoso.test/contoso/manifests.git (GitHub contoso/manifests)
            https://gitlab.com/contoso/platform/manifests.git (GitLab)
            https://bitbucket.org/contoso/manifests.git (Bitbucket)
            https://bitbucket.org/contoso/manifests.git (Bitbucket)
            https://git.contoso.test:8443/scm/a/manifests.git (git)
            http://localhost:3000/manifests (git)
            https://git.contoso.test/user%40team/manifests (git)
        "#]],
    );
}

#[test]
fn folders_of_this_machine() {
    check(
        &[
            "/srv/git/manifests.git",
            "../manifests.git",
            "file:///srv/git/manifests.git",
            "file:///srv/git/a%20b@c",
            "C:\\git\\manifests",
        ],
        &expect![[r#"
            /srv/git/manifests.git (folder)
            ../manifests.git (folder)
            /srv/git/manifests.git (folder)
            /srv/git/a b@c (folder)
            C:\git\manifests (folder)
        "#]],
    );
}

#[test]
fn ssh_and_others_are_refused_with_what_works() {
    check(
        &[
            "git@github.com:contoso/manifests.git",
            "git@ssh.dev.azure.com:v3/contoso/platform/manifests",
            "git@ssh.dev.azure.com:v3/contoso/my%20project/my%20repo",
            "contoso@vs-ssh.visualstudio.com:v3/contoso/platform/manifests",
            "ssh://git@ssh.dev.azure.com/v3/contoso/platform/manifests",
            "ssh://git@github.com/contoso/manifests.git",
            "ssh://git@git.contoso.test:2222/scm/manifests.git",
            "git+ssh://git@git.contoso.test/manifests.git",
            "git.contoso.test:manifests.git",
            "git://git.contoso.test/manifests.git",
            "ftp://git.contoso.test/manifests.git",
            "https://dev.azure.com",
            "https:///manifests",
        ],
        &expect![[r#"
            an SSH address cannot be used: use https://github.com/contoso/manifests.git and an access token
            an SSH address cannot be used: use https://dev.azure.com/contoso/platform/_git/manifests and an access token
            an SSH address cannot be used: use https://dev.azure.com/contoso/my%20project/_git/my%20repo and an access token
            an SSH address cannot be used: use https://contoso.visualstudio.com/platform/_git/manifests and an access token
            an SSH address cannot be used: use https://dev.azure.com/contoso/platform/_git/manifests and an access token
            an SSH address cannot be used: use https://github.com/contoso/manifests.git and an access token
            an SSH address cannot be used: use https://git.contoso.test/scm/manifests.git and an access token
            an SSH address cannot be used: use https://git.contoso.test/manifests.git and an access token
            an SSH address cannot be used: use https://git.contoso.test/manifests.git and an access token
            the scheme `git` is not supported: copy the HTTPS address that the repository's Clone button shows
            the scheme `ftp` is not supported: copy the HTTPS address that the repository's Clone button shows
            it is not the address of a repository (it names no repository): copy the HTTPS address that the repository's Clone button shows
            it is not the address of a repository (it names no repository): copy the HTTPS address that the repository's Clone button shows
        "#]],
    );
}
