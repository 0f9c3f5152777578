"""Cloud Run functions: the first generation is a type of its own."""

from collectors.gcp.spec import UPDATED, Spec

SERVICE = "gcp.functions"

FIRST_GENERATION = Spec(
    type="gcp.functions.cloud_function",
    service=SERVICE,
    title="Function, first generation",
    asset="cloudfunctions.googleapis.com/CloudFunction",
    schema="cloudfunctions.v1.CloudFunction",
    iam=True,
    tags="item.labels",
    volatile=(*UPDATED, "item.sourceToken"),
    secret=("item.environmentVariables", "item.buildEnvironmentVariables", "item.sourceUploadUrl"),
)

FUNCTION = Spec(
    type="gcp.functions.function",
    service=SERVICE,
    title="Function",
    asset="cloudfunctions.googleapis.com/Function",
    schema="cloudfunctions.v2.Function",
    iam=True,
    tags="item.labels",
    volatile=(*UPDATED, "item.buildConfig.sourceToken"),
    secret=(
        "item.serviceConfig.environmentVariables",
        "item.buildConfig.environmentVariables",
        "item.upgradeInfo.serviceConfig.environmentVariables",
        "item.upgradeInfo.buildConfig.environmentVariables",
    ),
)
