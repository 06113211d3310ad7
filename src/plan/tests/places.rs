//! Where environments go.

use crate::plan::tests::{TO, TOKEN, check, plan};
use expect_test::expect;

#[test]
fn environments_have_folders_and_branches_of_their_own() {
    let environments = ("environments", "prod east, prod west\ncommon");
    check(
        &[TO, TOKEN, environments, ("destinationPath", "/clusters/")],
        &[],
        &expect![[r#"
        publish https://host/r Token(***) (default):clusters/prod-east+clusters/prod-west+clusters/common
    "#]],
    );
    check(
        &[
            TO,
            TOKEN,
            environments,
            ("destinationBranch", "env/{environment}"),
            ("destinationPath", "k8s/{environment}/all"),
        ],
        &[],
        &expect![[r#"
            publish https://host/r Token(***) env/common:k8s/common/all env/prod-east:k8s/prod-east/all env/prod-west:k8s/prod-west/all
        "#]],
    );
    check(
        &[TO, TOKEN, ("environments", "prod east\nprod-east")],
        &[],
        &expect![[r#"
        E104 the environments `prod east` and `prod-east` would share the folder `prod-east`
    "#]],
    );
}

#[test]
fn the_case_of_letters_tells_no_folders_apart() {
    check(
        &[("command", "render"), ("environments", "Prod\nprod")],
        &[],
        &expect![[r#"
        E104 the environments `Prod` and `prod` would share the folder `Prod` where the case of letters does not count, as on Windows and macOS
    "#]],
    );
    check(
        &[TO, TOKEN, ("environments", "Prod/east\nprod")],
        &[],
        &expect![[r#"
        E104 the environment `Prod/east` would be in the folder `prod` of the environment `prod`
    "#]],
    );
    let branches = ("destinationBranch", "{environment}");
    check(
        &[TO, TOKEN, ("environments", "Prod\nprod"), branches],
        &[],
        &expect![[r#"
        publish https://host/r Token(***) Prod:Prod prod:prod
    "#]],
    );
}

#[test]
fn no_environment_is_within_another_ones_folder() {
    let nested = ("environments", "prod/east\nprod");
    let refused = expect![[r#"
        E104 the environment `prod/east` would be in the folder `prod` of the environment `prod`
    "#]];
    for more in [("command", "publish"), ("command", "preview"), ("command", "render")] {
        check(&[TO, TOKEN, nested, more], &[], &refused);
    }
    check(
        &[TO, nested],
        &[("Build.Reason", "PullRequest")],
        &expect![[r#"
        E104 the environment `prod/east` would be in the folder `prod` of the environment `prod`
    "#]],
    );
    let same = ("environments", "prod-east\nprod east");
    check(
        &[("command", "render"), same],
        &[],
        &expect![[r#"
        E104 the environments `prod-east` and `prod east` would share the folder `prod-east`
    "#]],
    );

    let beside = ("environments", "prod-east\nprod\nproduction/east");
    check(
        &[("command", "render"), beside],
        &[],
        &expect![[r#"
            render into Generated("/w/generated")
        "#]],
    );
    let apart = ("destinationPath", "k8s/{environment}/all");
    check(
        &[TO, TOKEN, nested, apart],
        &[],
        &expect![[r#"
        publish https://host/r Token(***) (default):k8s/prod/east/all+k8s/prod/all
    "#]],
    );
    let branches = ("destinationBranch", "env-{environment}");
    check(
        &[TO, TOKEN, nested, branches],
        &[],
        &expect![[r#"
            E104 no repository can have the branch `env-prod` and the branch `env-prod/east`
        "#]],
    );
}

#[test]
fn every_branch_is_one_that_a_repository_can_have() {
    let named = ("destinationBranch", "env/{environment}");
    for environment in ["prod~1", "p.lock", "a..b", "prod east/p.lock"] {
        let refused = plan(&[TO, TOKEN, named, ("environments", environment)], &[]);
        assert!(refused.is_err(), "{environment}");
    }
    check(
        &[TO, TOKEN, named, ("environments", "prod~1")],
        &[],
        &expect![[r#"
        E102 git does not allow `env/prod~1` as a branch
    "#]],
    );
    check(
        &[TO, TOKEN, ("environments", "prod~1")],
        &[],
        &expect![[r#"
        publish https://host/r Token(***) (default):prod~1
    "#]],
    );
    let apart = ("destinationPath", "k8s/{environment}/all");
    check(
        &[TO, TOKEN, named, apart, ("environments", "prod/east\nprod")],
        &[],
        &expect![[r#"
        E104 no repository can have the branch `env/prod` and the branch `env/prod/east`
    "#]],
    );
}

#[test]
fn a_folder_that_git_cannot_check_out_is_refused_once_it_is_whole() {
    check(
        &[TO, TOKEN, ("environments", "1"), ("destinationPath", "git~{environment}")],
        &[],
        &expect![[r#"
        E102 the folder `git~1` cannot be checked out: git keeps its own files in `.git`, and some systems take a name in it for that
    "#]],
    );
    check(
        &[TO, TOKEN, ("environments", "1"), ("destinationPath", "git-{environment}")],
        &[],
        &expect![[r#"
        publish https://host/r Token(***) (default):git-1
    "#]],
    );
}
