"""Amazon Bedrock: what a region logs and enforces, guardrails, own models, and keys of its API.

Listings tell names, so that each guardrail and model costs two calls: what it is, and its policy. Jobs are not read, nor is
AgentCore, a service of its own.
"""

from __future__ import annotations

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging


def _policy(arn: str) -> Call:
    """Return the resource policy, if there is one: AWS tells none as an empty text, or as not found.

    Not verified: which of the two. So types with a policy name no code for what is gone.
    """
    return Call(
        "get_resource_policy", "resourcePolicy || `null`", decode="json", absent="ResourceNotFoundException", resourceArn=arn
    )


# Where guardrails cannot be enforced yet, none is.
SETTINGS = Spec(
    type="aws.bedrock.settings",
    service="aws.bedrock",
    api="bedrock",
    title="Settings of Bedrock",
    id="arn:{partition}:bedrock:{region}:{account}:settings",
    name="{account}",
    facts={
        "logging": Call("get_model_invocation_logging_configuration", "loggingConfig"),
        "enforced": Call(
            "list_enforced_guardrails_configuration",
            "guardrailsConfig",
            disabled="ResourceNotFoundException UnknownOperationException ValidationException",
        ),
    },
)

GUARDRAIL = Spec(
    type="aws.bedrock.guardrail",
    service="aws.bedrock",
    api="bedrock",
    title="Guardrail",
    listing=Call("list_guardrails", "guardrails", maxResults=100),
    id="{arn}",
    name="{name}",
    facts={
        "guardrail": Call("get_guardrail", guardrailIdentifier="{arn}"),
        "policy": _policy("{arn}"),
        "tags": tagging("bedrock:guardrail", "{arn}"),
    },
    tags="tags.Tags",
    volatile=("item.status", "guardrail.status"),
)

CUSTOM_MODEL = Spec(
    type="aws.bedrock.custom_model",
    service="aws.bedrock",
    api="bedrock",
    title="Custom model",
    listing=Call("list_custom_models", "modelSummaries", isOwned=True, maxResults=100),
    id="{modelArn}",
    name="{modelName}",
    facts={
        "model": Call(
            "get_custom_model",
            "{modelKmsKeyArn: modelKmsKeyArn, baseModelArn: baseModelArn, trainingDataConfig: trainingDataConfig}",
            modelIdentifier="{modelArn}",
        ),
        "policy": _policy("{modelArn}"),
    },
    volatile=("item.modelStatus",),
)

API_KEY = Spec(
    type="aws.bedrock.api_key",
    service="aws.bedrock",
    api="iam",
    title="Long-term key of Bedrock's API",
    scope="global",
    listing=Call(
        "list_service_specific_credentials",
        "ServiceSpecificCredentials",
        AllUsers=True,
        ServiceName="bedrock.amazonaws.com",
        MaxItems=1000,
        disabled="ServiceNotSupportedException",
    ),
    id="{ServiceSpecificCredentialId}",
    name="{UserName}",
)
