//! What a job of a YAML pipeline in Azure Repos knows before its first step.

use crate::support::agent::folders::Folders;
use crate::support::agent::variables::Variables;

/// The token of the job, unless a test gives another.
pub(crate) const JOB_TOKEN: &str = "job-token-of-the-build-service-7f3a91";

/// Returns the variables of an ordinary build of `main`.
pub(crate) fn variables(folders: &Folders) -> Variables {
    let mut variables = Variables::default();
    for (name, value) in FACTS {
        variables.set(name, value, false);
    }
    let build = folders.build();
    let places = [
        ("Agent.BuildDirectory", build.clone()),
        ("Agent.HomeDirectory", folders.agent()),
        ("Agent.RootDirectory", folders.work()),
        ("Agent.TempDirectory", folders.temp()),
        ("Agent.ToolsDirectory", folders.tools()),
        ("Agent.WorkFolder", folders.work()),
        ("Build.ArtifactStagingDirectory", build.join("a")),
        ("Build.BinariesDirectory", build.join("b")),
        ("Build.Repository.LocalPath", folders.sources()),
        ("Build.SourcesDirectory", folders.sources()),
        ("Build.StagingDirectory", build.join("a")),
        ("Common.TestResultsDirectory", build.join("TestResults")),
        ("Pipeline.Workspace", build.clone()),
        ("System.ArtifactsDirectory", build.join("a")),
        ("System.DefaultWorkingDirectory", folders.sources()),
    ];
    for (name, place) in places {
        variables.set(name, place.to_str().expect("a UTF-8 path"), false);
    }
    variables.set("System.AccessToken", JOB_TOKEN, true);
    variables
}

/// Returns what differs in the validation build of a pull request.
pub(crate) fn pull_request(id: u32) -> Vec<(&'static str, String)> {
    let repository = "https://dev.azure.com/contoso/platform/_git/definitions";
    vec![
        ("Build.Reason", "PullRequest".to_owned()),
        ("Build.SourceBranch", format!("refs/pull/{id}/merge")),
        ("Build.SourceBranchName", "merge".to_owned()),
        ("System.PullRequest.IsFork", "False".to_owned()),
        ("System.PullRequest.PullRequestId", id.to_string()),
        ("System.PullRequest.PullRequestIteration", "1".to_owned()),
        ("System.PullRequest.SourceBranch", "refs/heads/feature/replicas".to_owned()),
        ("System.PullRequest.SourceCommitId", "3".repeat(40)),
        ("System.PullRequest.SourceRepositoryURI", repository.to_owned()),
        ("System.PullRequest.TargetBranch", "refs/heads/main".to_owned()),
        ("System.PullRequest.TargetBranchName", "main".to_owned()),
    ]
}

/// Returns whether the server refuses to let a step set the variable.
pub(crate) fn is_read_only(name: &str) -> bool {
    let name = name.to_lowercase();
    READ_ONLY.iter().any(|read_only| read_only.split_whitespace().any(|known| known == name))
}

/// Returns whether the agent makes commands in the variable harmless before the job begins.
pub(crate) fn is_defused(name: &str) -> bool {
    let name = name.to_lowercase();
    DEFUSED.split_whitespace().any(|known| known == name)
}

const DEFUSED: &str = "build.sourceversionmessage build.definitionname build.sourceversionauthor \
     system.sourceversionmessage system.definitionname system.jobdisplayname \
     system.phasedisplayname system.stagedisplayname release.definitionname \
     release.environmentname agent.machinename agent.name";

const READ_ONLY: &[&str] = &[
    "agent.builddirectory agent.homedirectory agent.id agent.isselfhosted agent.jobname",
    "agent.jobstatus agent.machinename agent.name agent.os agent.osarchitecture agent.osversion",
    "agent.proxyurl agent.proxyusername agent.proxypassword agent.proxybypasslist agent.cainfo",
    "agent.clientcert agent.clientcertkey agent.clientcertarchive agent.clientcertpassword",
    "agent.skipcertvalidation agent.readonlyvariables agent.retaindefaultencoding agent.runmode",
    "agent.rootdirectory agent.serveromdirectory agent.tempdirectory agent.toolsdirectory",
    "agent.version agent.workfolder agent.workingdirectory agent.usebasicauthforproxy",
    "build.artifactstagingdirectory build.binariesdirectory build.clean build.definitionname",
    "build.buildnumber build.repository.clean build.repository.git.submodulecheckout",
    "build.repository.id build.repository.localpath build.repository.name pipeline.workspace",
    "build.repository.provider build.repository.uri build.sourcebranch build.sourceversion",
    "build.sourceversionauthor build.sourceversionmessage build.sourcesdirectory",
    "build.stagingdirectory build.syncsources common.testresultsdirectory",
    "pipeline.repository.name system.accesstoken system.artifactsdirectory system.collectionid",
    "system.culture system.debug system.defaultworkingdirectory system.definitionid",
    "system.definitionname system.enableaccesstoken system.hosttype system.jobattempt",
    "system.jobdisplayname system.jobid system.jobname system.phaseattempt",
    "system.phasedisplayname system.phasename system.planid system.servertype",
    "system.pullrequest.targetbranchname system.sourceversionmessage system.stageattempt",
    "system.stagedisplayname system.stagename system.teamproject system.teamprojectid",
];

const FACTS: &[(&str, &str)] = &[
    ("AZURE_HTTP_USER_AGENT", "VSTS_297a3210-e711-4ddf-857a-1df14915bb29_build_17_0"),
    ("Agent.Id", "8"),
    ("Agent.IsSelfHosted", "1"),
    ("Agent.JobName", "Job"),
    ("agent.jobstatus", "Succeeded"),
    ("Agent.MachineName", "build-host"),
    ("Agent.Name", "build-agent-3"),
    ("Agent.OS", "Linux"),
    ("Agent.OSArchitecture", "X64"),
    ("Agent.Version", "4.266.2"),
    ("Agent.readOnlyVariables", "true"),
    ("Build.BuildId", "4242"),
    ("Build.BuildNumber", "20260305.7"),
    ("Build.BuildUri", "vstfs:///Build/Build/4242"),
    ("Build.ContainerId", "990121"),
    ("Build.DefinitionName", "definitions-to-manifests"),
    ("Build.DefinitionVersion", "3"),
    ("Build.QueuedBy", "Microsoft.VisualStudio.Services.TFS"),
    ("Build.Reason", "IndividualCI"),
    ("Build.Repository.Clean", "False"),
    ("Build.Repository.ID", "05bbff1a-ac43-4a40-a1c1-99f4e17e61dd"),
    ("Build.Repository.Name", "definitions"),
    ("Build.Repository.Provider", "TfsGit"),
    ("Build.Repository.Uri", "https://contoso@dev.azure.com/contoso/platform/_git/definitions"),
    ("Build.RequestedFor", "Ada Lovelace"),
    ("Build.RequestedForEmail", "ada@contoso.example"),
    ("Build.RequestedForId", "8546ffd5-88f3-69c1-ad8f-30c41e8ce5ad"),
    ("Build.SourceBranch", "refs/heads/main"),
    ("Build.SourceBranchName", "main"),
    ("Build.SourceVersion", "1111111111111111111111111111111111111111"),
    ("Build.SourceVersionAuthor", "Ada Lovelace"),
    ("Build.SourceVersionMessage", "Raise the replicas of the front end"),
    // The agent forbids git to ask for a password.
    ("GIT_TERMINAL_PROMPT", "0"),
    ("System.CollectionId", "297a3210-e711-4ddf-857a-1df14915bb29"),
    ("System.CollectionUri", "https://dev.azure.com/contoso/"),
    ("System.Culture", "en-US"),
    ("System.DefinitionId", "17"),
    ("System.DefinitionName", "definitions-to-manifests"),
    ("System.EnableAccessToken", "SecretVariable"),
    ("System.HostType", "build"),
    ("System.IsScheduled", "False"),
    ("System.JobAttempt", "1"),
    ("System.JobDisplayName", "Job"),
    ("System.JobId", "12f1170f-54f2-53f3-20dd-22fc7dff55f9"),
    ("System.JobIdentifier", "Job.__default"),
    ("System.JobName", "__default"),
    ("System.JobPositionInPhase", "1"),
    ("System.PhaseAttempt", "1"),
    ("System.PhaseDisplayName", "Job"),
    ("System.PhaseName", "Job"),
    ("System.PlanId", "5f1d1c6a-7d52-4ec5-a2ad-8c6dc1c0d3f2"),
    ("System.PullRequest.IsFork", "False"),
    ("System.ServerType", "Hosted"),
    ("System.StageAttempt", "1"),
    ("System.StageDisplayName", "__default"),
    ("System.StageName", "__default"),
    ("System.TaskDefinitionsUri", "https://dev.azure.com/contoso/"),
    ("System.TeamFoundationCollectionUri", "https://dev.azure.com/contoso/"),
    ("System.TeamProject", "platform"),
    ("System.TeamProjectId", "6302cb6f-c9d9-44c2-ae60-84eff8845059"),
    ("System.TimelineId", "5f1d1c6a-7d52-4ec5-a2ad-8c6dc1c0d3f2"),
    ("System.TotalJobsInPhase", "1"),
];
