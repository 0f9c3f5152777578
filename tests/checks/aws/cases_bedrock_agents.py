from typing import Any

from checks.aws import bedrock_agents as bedrock
from scanner.model import Resource
from tests.cases import FAIL, PASS, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_sagemaker import hidden, key_cases, role_cases


def settings(*enforced: dict[str, Any], region: str = "eu-west-1") -> Resource:
    return resource(bedrock.SETTINGS, f"settings-{region}", region=region, enforced=list(enforced))


def enforced(included: list[str], excluded: list[str]) -> dict[str, Any]:
    return {"guardrailId": "g", "modelEnforcement": {"includedModels": included, "excludedModels": excluded}}


GUARDED = {"guardrailConfiguration": {"guardrailIdentifier": "g", "guardrailVersion": "1"}}

CASES = [
    case(bedrock.guarded, PASS, agent=GUARDED),
    case(bedrock.guarded, PASS, agent={}, inventory=[settings({"guardrailId": "g"})]),
    case(bedrock.guarded, PASS, agent={}, inventory=[settings(enforced(["ALL"], []))]),
    case(bedrock.guarded, FAIL, agent={}, inventory=[settings()]),
    case(bedrock.guarded, FAIL, agent={"guardrailConfiguration": {}}, inventory=[resource(bedrock.SETTINGS, enforced=None)]),
    case(bedrock.guarded, FAIL, agent={}, inventory=[settings(), settings({"guardrailId": "g"}, region="us-east-1")]),
    case(bedrock.guarded, UNKNOWN, agent={}, inventory=[settings(enforced(["ALL"], ["amazon.nova-lite-v1:0"]))]),
    case(bedrock.guarded, UNKNOWN, agent={}, inventory=[settings(enforced(["amazon.nova-lite-v1:0"], []))]),
    case(bedrock.guarded, UNKNOWN, agent={}, inventory=[unlisted(bedrock.SETTINGS)]),
    *role_cases(bedrock.role_limited, "agent", lambda arn: {"agentResourceRoleArn": arn}),
    *key_cases(bedrock.customer_key, "agent", lambda key: {"customerEncryptionKeyArn": key}),
    case(bedrock.without_secrets, PASS, agent={"instruction": hidden()}),
    case(bedrock.without_secrets, PASS, agent={}),
    case(bedrock.without_secrets, FAIL, agent={"instruction": hidden("AWS Access Key")}),
    *role_cases(bedrock.base_role_limited, "base", lambda arn: {"roleArn": arn}),
    *key_cases(bedrock.source_key, "source", lambda key: {"serverSideEncryptionConfiguration": {"kmsKeyArn": key}}),
    case(bedrock.source_key, FAIL, source={}),
]
