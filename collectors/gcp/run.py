"""Cloud Run. The first version of its API answers in Knative's shape, the second in its own; both may be seen."""

from collectors.gcp.spec import Spec

SERVICE = "gcp.run"
CHANGING = (
    "item.etag",
    "item.updateTime",
    "item.generation",
    "item.observedGeneration",
    "item.conditions",
    "item.terminalCondition",
    "item.status",
    "item.metadata.generation",
    "item.metadata.resourceVersion",
)

WEB_SERVICE = Spec(
    type="gcp.run.service",
    service=SERVICE,
    title="Service",
    asset="run.googleapis.com/Service",
    schema="run.v2.GoogleCloudRunV2Service run.v1.Service",
    iam=True,
    tags="item.labels item.metadata.labels",
    volatile=CHANGING,
    secret=(
        "item.template.containers.env.value",
        "item.template.sandboxes.templates.env.value",
        "item.buildConfig.environmentVariables",
        "item.template.containers.buildConfig.buildpacksBuild.environmentVariables",
        "item.spec.template.spec.containers.env.value",
    ),
)

JOB = Spec(
    type="gcp.run.job",
    service=SERVICE,
    title="Job",
    asset="run.googleapis.com/Job",
    schema="run.v2.GoogleCloudRunV2Job run.v1.Job",
    iam=True,
    tags="item.labels item.metadata.labels",
    volatile=(*CHANGING, "item.executionCount", "item.latestCreatedExecution"),
    secret=(
        "item.template.template.containers.env.value",
        "item.template.template.sandboxes.templates.env.value",
        "item.template.template.containers.buildConfig.buildpacksBuild.environmentVariables",
        "item.spec.template.spec.template.spec.containers.env.value",
        "item.runExecutionToken",
        "item.startExecutionToken",
    ),
)
