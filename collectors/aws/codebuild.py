"""AWS CodeBuild: projects and report groups a hundred at a time, and how a region's builds sign in to where sources lie."""

from collectors.aws.spec import Call, Spec

PROJECT = Spec(
    type="aws.codebuild.project",
    service="aws.codebuild",
    api="codebuild",
    title="Build project",
    listing=Call("list_projects", "projects[].{name: @}"),
    id="arn:{partition}:codebuild:{region}:{account}:project/{name}",
    name="{name}",
    facts={"project": Call("batch_get_projects", "projects", by="name", key="{name}", batch=100, names=["{name}"])},
    tags="project.tags",
    secret=(
        "project.environment.environmentVariables.*.value",
        "project.source.buildspec",
        "project.secondarySources.*.buildspec",
        "project.webhook.secret",
    ),
)

REPORT_GROUP = Spec(
    type="aws.codebuild.report_group",
    service="aws.codebuild",
    api="codebuild",
    title="Report group",
    listing=Call("list_report_groups", "reportGroups[].{arn: @}", maxResults=100),
    id="{arn}",
    name="{arn}",
    facts={
        "group": Call(
            "batch_get_report_groups",
            "reportGroups",
            by="arn",
            key="{arn}",
            batch=100,
            reportGroupArns=["{arn}"],
        ),
    },
    tags="group.tags",
)

SOURCE_CREDENTIAL = Spec(
    type="aws.codebuild.source_credential",
    service="aws.codebuild",
    api="codebuild",
    title="Credential for sources",
    listing=Call("list_source_credentials", "sourceCredentialsInfos"),
    id="{arn}",
    name="{serverType}",
)
