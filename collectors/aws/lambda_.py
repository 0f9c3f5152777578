"""AWS Lambda. What the listing of functions lacks costs calls for each of them; code signing is asked from the other side.

Lambda says ResourceNotFoundException both for a function that is gone and for one without a policy; the message tells.
"""

from typing import Any

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

GONE = frozenset({"ResourceNotFoundException: Function not found"})


def _equals(value: str) -> list[dict[str, str]]:
    return [{"comparison": "EQUALS", "value": value}]


def _policy(**params: Any) -> Call:
    return Call("get_policy", "Policy", decode="json", absent="ResourceNotFoundException", **params)


# What AWS answers on the runtime's updates of a container image, which has none, is not documented: if it refuses the
# parameter, there is nothing to be known.
FUNCTION = Spec(
    type="aws.lambda.function",
    service="aws.lambda",
    api="lambda",
    title="Function",
    listing=Call("list_functions", "Functions", MaxItems=50),
    id="{FunctionArn}",
    name="{FunctionName}",
    facts={
        "policy": _policy(FunctionName="{FunctionName}"),
        "urls": Call("list_function_url_configs", "FunctionUrlConfigs", FunctionName="{FunctionName}", MaxItems=50),
        "invocation": Call(
            "list_function_event_invoke_configs",
            "FunctionEventInvokeConfigs",
            FunctionName="{FunctionName}",
            MaxItems=50,
        ),
        "concurrency": Call("get_function_concurrency", "ReservedConcurrentExecutions", FunctionName="{FunctionName}"),
        "runtime_management": Call(
            "get_runtime_management_config",
            "{UpdateRuntimeOn: UpdateRuntimeOn, RuntimeVersionArn: RuntimeVersionArn}",
            absent="InvalidParameterValueException",
            FunctionName="{FunctionName}",
        ),
        # Inspector tells of versions, one row for each; rows of one function have one name, and the last of them counts.
        "coverage": Call(
            "list_coverage",
            "coveredResources[].{functionName: resourceMetadata.lambdaFunction.functionName, scanStatus: scanStatus}",
            service="inspector2",
            by="functionName",
            key="{FunctionName}",
            maxResults=200,
            filterCriteria={
                "accountId": _equals("{account}"),
                "resourceType": _equals("AWS_LAMBDA_FUNCTION"),
                "scanType": _equals("PACKAGE"),
            },
        ),
        "weaknesses": Call(
            "list_finding_aggregations",
            "responses[].lambdaFunctionAggregation",
            service="inspector2",
            by="functionName",
            key="{FunctionName}",
            maxResults=100,
            aggregationType="AWS_LAMBDA_FUNCTION",
            aggregationRequest={"lambdaFunctionAggregation": {"sortBy": "CRITICAL", "sortOrder": "ASC"}},  # the worst counts
            accountIds=_equals("{account}"),
        ),
        "tags": tagging("lambda:function", "{FunctionArn}"),
    },
    tags="tags.Tags",
    gone=GONE,
    secret=("item.Environment.Variables.*",),
)

# An alias has a policy of its own, which the function's does not show.
ALIAS = Spec(
    type="aws.lambda.alias",
    service="aws.lambda",
    api="lambda",
    title="Alias of a function",
    parent="aws.lambda.function",
    listing=Call("list_aliases", "Aliases", FunctionName="{parent[FunctionName]}", MaxItems=50),
    id="{AliasArn}",
    name="{Name}",
    facts={"policy": _policy(FunctionName="{parent[FunctionName]}", Qualifier="{Name}")},
    gone=GONE | {"ResourceNotFoundException: Cannot find alias"},
)

EVENT_SOURCE_MAPPING = Spec(
    type="aws.lambda.event_source_mapping",
    service="aws.lambda",
    api="lambda",
    title="Event source mapping",
    listing=Call("list_event_source_mappings", "EventSourceMappings", MaxItems=100),
    id="arn:{partition}:lambda:{region}:{account}:event-source-mapping:{UUID}",
    name="{UUID}",
    volatile=("item.LastProcessingResult", "item.LastModified"),
)

# Earlier versions of a layer have policies of their own: only the newest is looked at.
LAYER = Spec(
    type="aws.lambda.layer",
    service="aws.lambda",
    api="lambda",
    title="Layer",
    listing=Call("list_layers", "Layers", MaxItems=50),
    id="{LayerArn}",
    name="{LayerName}",
    facts={
        "policy": Call(
            "get_layer_version_policy",
            "Policy",
            decode="json",
            absent="ResourceNotFoundException",
            LayerName="{LayerName}",
            VersionNumber="{LatestMatchingVersion[Version]}",
        )
    },
)

CODE_SIGNING = Spec(
    type="aws.lambda.code_signing_config",
    service="aws.lambda",
    api="lambda",
    title="Code signing configuration",
    listing=Call("list_code_signing_configs", "CodeSigningConfigs", MaxItems=100),
    id="{CodeSigningConfigArn}",
    name="{CodeSigningConfigId}",
    facts={
        "functions": Call(
            "list_functions_by_code_signing_config",
            "FunctionArns",
            CodeSigningConfigArn="{CodeSigningConfigArn}",
            MaxItems=100,
        )
    },
    gone=frozenset({"ResourceNotFoundException"}),
)

SETTINGS = Spec(
    type="aws.lambda.settings",
    service="aws.lambda",
    api="lambda",
    title="Limits of Lambda in a region",
    id="arn:{partition}:lambda:{region}:{account}:settings",
    name="{region}",
    facts={"settings": Call("get_account_settings", "{AccountLimit: AccountLimit, AccountUsage: AccountUsage}")},
    volatile=("settings.AccountUsage",),
)
