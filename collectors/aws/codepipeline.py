"""AWS CodePipeline. A pipeline costs a call; webhooks and tags come in bulk."""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

PIPELINE = Spec(
    type="aws.codepipeline.pipeline",
    service="aws.codepipeline",
    api="codepipeline",
    title="Pipeline",
    listing=Call("list_pipelines", "pipelines", maxResults=1000),
    id="arn:{partition}:codepipeline:{region}:{account}:{name}",
    name="{name}",
    facts={
        "pipeline": Call("get_pipeline", "pipeline", name="{name}"),
        "tags": tagging("codepipeline", "arn:{partition}:codepipeline:{region}:{account}:{name}"),
    },
    tags="tags.Tags",
    gone=frozenset({"PipelineNotFoundException"}),
    secret=(
        "pipeline.stages.*.actions.*.configuration.OAuthToken",
        "pipeline.stages.*.actions.*.configuration.EnvironmentVariables",
        "pipeline.stages.*.actions.*.configuration.ParameterOverrides",
        "pipeline.stages.*.actions.*.configuration.UserParameters",
        "pipeline.stages.*.actions.*.environmentVariables.*.value",
        "pipeline.stages.*.actions.*.commands",
        "pipeline.variables.*.defaultValue",
    ),
)

WEBHOOK = Spec(
    type="aws.codepipeline.webhook",
    service="aws.codepipeline",
    api="codepipeline",
    title="Webhook",
    listing=Call("list_webhooks", "webhooks", MaxResults=100),
    id="{arn}",
    name="{arn}",
    tags="item.tags",
    volatile=("item.lastTriggered", "item.errorMessage", "item.errorCode"),
    secret=("item.definition.authenticationConfiguration.SecretToken", "item.url"),
)
