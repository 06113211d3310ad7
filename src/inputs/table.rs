//! The table of inputs: names, aliases, defaults. task.json, the flags and the documents follow it.

/// What values an input takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text on one line.
    Text,
    /// Any text.
    Lines,
    /// `true` or `false`.
    Boolean,
    /// One of these.
    Pick(&'static [&'static str]),
    /// A secret; it has no flag.
    Secret,
    /// A service connection of this type; it has no flag.
    Connection(&'static str),
}

/// One input.
#[derive(Clone, Copy, Debug)]
pub struct Specification {
    /// The name in task.json.
    pub name: &'static str,
    /// The other name in task.json.
    pub alias: Option<&'static str>,
    /// What it takes.
    pub kind: Kind,
    /// The value when none is given.
    pub default: &'static str,
    /// The variable of the old script that stands in for it.
    pub legacy: Option<&'static str>,
    /// Whether its value is free text, in which `$(…)` may stand for itself.
    pub free: bool,
    /// What it means, in one line.
    pub help: &'static str,
}

const fn input(name: &'static str, kind: Kind, help: &'static str) -> Specification {
    Specification { name, alias: None, kind, default: "", legacy: None, free: false, help }
}

const fn flag(name: &'static str, help: &'static str) -> Specification {
    Specification { default: "false", ..input(name, Kind::Boolean, help) }
}

/// The message of commits to which nobody gave one; the old script's.
pub const COMMIT_MESSAGE: &str = "Updated k8s manifest files post commit: {sourceMessage}";

/// The inputs of this version, in the order of task.json.
pub const INPUTS: &[Specification] = &[
    Specification {
        default: "auto",
        ..input(
            "command",
            Kind::Pick(&["auto", "publish", "preview", "render", "set"]),
            "What to do: publish, preview (compare with the destination), render into a folder, or \
             set values in the definition's repository",
        )
    },
    Specification {
        alias: Some("hldPath"),
        legacy: Some("HLD_PATH"),
        ..input("definitionPath", Kind::Text, "Folder of the root component")
    },
    Specification {
        alias: Some("fabEnvs"),
        default: "prod",
        legacy: Some("FAB_ENVS"),
        ..input(
            "environments",
            Kind::Lines,
            "One rendering a line or between commas; several words on a line are composed, first \
             wins; `common` alone is the common layer",
        )
    },
    flag("allowMissingEnvironment", "Render an environment that no config file knows"),
    Specification {
        default: "missing",
        ..input(
            "install",
            Kind::Pick(&["missing", "always", "never"]),
            "Which remote sources are fetched: those that the definition does not hold, all, none",
        )
    },
    Specification {
        default: "off",
        ..input(
            "lock",
            Kind::Pick(&["off", "update", "verify"]),
            "What is done with fabrikate.lock: nothing, write it, or fail when a source has moved",
        )
    },
    Specification {
        default: "auto",
        ..input(
            "chartEngine",
            Kind::Pick(&["auto", "builtin", "helm"]),
            "What renders charts: built in, and the installed Helm where that fails; or one of them",
        )
    },
    Specification {
        default: "3.17",
        ..input(
            "helmProfile",
            Kind::Pick(&["3.17", "4.1"]),
            "Which Helm's output the engine that is built in reproduces",
        )
    },
    Specification {
        default: "fresh",
        ..input(
            "randomness",
            Kind::Pick(&["fresh", "keep", "seeded"]),
            "What charts' random functions give: new values, what is published, or values made of \
             the secret variable RANDOM_SEED",
        )
    },
    input("kubeVersion", Kind::Text, "Kubernetes version that charts see"),
    input("apiVersions", Kind::Lines, "API versions that charts see besides the usual ones"),
    flag("includeCrds", "Render the CustomResourceDefinitions of charts"),
    flag("skipTests", "Leave out the tests of charts"),
    Specification {
        default: "local",
        ..input(
            "hooks",
            Kind::Pick(&["local", "all", "none"]),
            "Which components may run commands: those of the definition's own repository, all, none",
        )
    },
    input("hookEnvironment", Kind::Text, "Names of the variables that hooks see besides PATH"),
    Specification {
        alias: Some("repo"),
        legacy: Some("REPO"),
        ..input(
            "destinationRepository",
            Kind::Text,
            "Address of the repository that the manifests go to, or a local folder",
        )
    },
    Specification {
        alias: Some("branchName"),
        legacy: Some("BRANCH_NAME"),
        ..input(
            "destinationBranch",
            Kind::Text,
            "Branch of the destination; empty: its default branch; `{environment}` is replaced",
        )
    },
    input(
        "destinationPath",
        Kind::Text,
        "Folder of the destination above the environments' folders; `{environment}` replaces those",
    ),
    Specification {
        default: "push",
        ..input(
            "delivery",
            Kind::Pick(&["push", "pullRequest", "auto"]),
            "How changes reach the branch: a push, a pull request, or that where a push is refused",
        )
    },
    Specification {
        default: "owned",
        ..input(
            "prune",
            Kind::Pick(&["owned", "environment", "none"]),
            "Which files are deleted that are no longer rendered: what earlier runs wrote, \
             whatever is in the environment's folder, none",
        )
    },
    Specification {
        default: "50%",
        ..input(
            "deletionLimit",
            Kind::Text,
            "Stop when more of an environment's objects would be deleted (a share, or a number), \
             or all; 100% lifts it",
        )
    },
    flag("allowOlder", "Let an older run replace a newer one (a rollback)"),
    Specification {
        default: "auto",
        ..input(
            "authentication",
            Kind::Pick(&[
                "auto",
                "accessToken",
                "connection",
                "workloadIdentity",
                "systemAccessToken",
                "none",
            ]),
            "Where the credential for the destination comes from",
        )
    },
    input("accessToken", Kind::Secret, "Personal access token, from a secret variable"),
    input(
        "gitConnection",
        Kind::Connection("externaltfs"),
        "Service connection to Azure Repos or Azure DevOps Server",
    ),
    input("githubConnection", Kind::Connection("github"), "Service connection to GitHub"),
    input(
        "genericConnection",
        Kind::Connection("generic"),
        "Service connection to any other git server",
    ),
    input(
        "azureConnection",
        Kind::Connection("AzureRM"),
        "Service connection to Azure, by workload identity federation or managed identity",
    ),
    Specification {
        default: COMMIT_MESSAGE,
        legacy: Some("COMMIT_MESSAGE"),
        free: true,
        ..input(
            "commitMessage",
            Kind::Lines,
            "Message of the commit; {environment} {sourceCommit} {sourceMessage} {buildNumber} \
             {buildId} are replaced",
        )
    },
    Specification { free: true, ..input("authorName", Kind::Text, "Name of the commit's author") },
    Specification {
        free: true,
        ..input("authorEmail", Kind::Text, "Mail address of the commit's author")
    },
    input(
        "signingKey",
        Kind::Text,
        "Path of an SSH key (Ed25519) that commits are signed with, as of a secure file",
    ),
    input("signingKeyPassphrase", Kind::Secret, "Passphrase of that key, from a secret variable"),
    Specification {
        free: true,
        ..input(
            "pullRequestTitle",
            Kind::Text,
            "Title of the pull request; placeholders as in the commit's message, and {counts}",
        )
    },
    Specification {
        free: true,
        ..input(
            "pullRequestDescription",
            Kind::Lines,
            "Description of the pull request; {changes} stands for the change of each environment",
        )
    },
    input(
        "pullRequestBranch",
        Kind::Text,
        "Branch of the pull request; `{environment}` is replaced; empty: one of our own",
    ),
    input("reviewers", Kind::Lines, "Reviewers by mail address, name or id"),
    input("requiredReviewers", Kind::Lines, "Reviewers who have to approve"),
    input("labels", Kind::Lines, "Labels of the pull request"),
    input("workItems", Kind::Lines, "Numbers of the work items to link"),
    flag("draft", "Make the pull request a draft"),
    flag("autoComplete", "Let the pull request complete by itself once nothing stands in its way"),
    Specification {
        default: "default",
        ..input(
            "mergeStrategy",
            Kind::Pick(&["default", "noFastForward", "squash", "rebase", "rebaseMerge"]),
            "How the pull request is merged when it completes by itself",
        )
    },
    Specification {
        default: "true",
        ..flag("deleteSourceBranch", "Delete the pull request's branch when it completes by itself")
    },
    input(
        "outputDirectory",
        Kind::Text,
        "Folder that `render` writes to; empty: `generated` below the definition",
    ),
    input("subcomponent", Kind::Text, "For `set`: the subcomponent, as in `a.b`; empty: the root"),
    input("values", Kind::Lines, "For `set`: `key=value`, one a line"),
    input("valuesFile", Kind::Text, "For `set`: a YAML file of values"),
    Specification {
        default: "common",
        ..input("environment", Kind::Text, "For `set`: the environment whose file is changed")
    },
];

/// Returns the specification of an input.
pub fn specification(name: &str) -> Option<&'static Specification> {
    INPUTS.iter().find(|specification| specification.name == name)
}
