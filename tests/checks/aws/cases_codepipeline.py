from typing import Any

from checks.aws import codepipeline
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

ROLE = "arn:aws:iam::123456789012:role/deploy"


def action(category: str, **more: Any) -> dict[str, Any]:
    return {"name": category.lower(), "actionTypeId": {"category": category}, **more}


def stages(*actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"stages": [{"name": "one", "actions": list(actions), **more}]}


def store(key: str | None) -> dict[str, Any]:
    return {"type": "S3", "location": "artifacts", **({"encryptionKey": {"id": key, "type": "KMS"}} if key else {})}


def hook(kind: str, **configuration: str) -> dict[str, Any]:
    return {"definition": {"authentication": kind, "authenticationConfiguration": configuration}}


DEPLOY, APPROVAL, BUILD = action("Deploy"), action("Approval"), action("Build")

CASES = [
    case(codepipeline.customer_key, PASS, pipeline={"artifactStore": store(KEY_ARN)}, inventory=[OUR_KEY]),
    case(codepipeline.customer_key, FAIL, pipeline={"artifactStore": store(KEY_ARN)}, inventory=[AWS_KEY]),
    case(codepipeline.customer_key, FAIL, pipeline={"artifactStore": store(None)}),
    case(
        codepipeline.customer_key,
        FAIL,
        pipeline={"artifactStores": {"eu-west-1": store(KEY_ARN), "us-east-1": store(None)}},
        inventory=[OUR_KEY],
    ),
    case(codepipeline.customer_key, UNKNOWN, pipeline={"artifactStore": store(KEY_ARN)}),
    case(codepipeline.customer_key, SKIP, pipeline={}),
    case(codepipeline.no_stored_token, PASS, pipeline=stages(action("Source", configuration={"ConnectionArn": "arn:1"}))),
    case(codepipeline.no_stored_token, FAIL, pipeline=stages(action("Source", configuration={"OAuthToken": {"$secret": {}}}))),
    case(codepipeline.actions_have_roles, PASS, pipeline=stages(action("Deploy", roleArn=ROLE))),
    case(codepipeline.actions_have_roles, FAIL, pipeline=stages(DEPLOY)),
    case(codepipeline.actions_have_roles, SKIP, pipeline=stages(BUILD)),
    case(codepipeline.deployment_approved, PASS, pipeline=stages(BUILD, APPROVAL, DEPLOY)),
    case(codepipeline.deployment_approved, FAIL, pipeline=stages(DEPLOY, APPROVAL)),
    case(codepipeline.deployment_approved, SKIP, pipeline=stages(BUILD)),
    case(codepipeline.failure_taken_back, PASS, pipeline=stages(DEPLOY, onFailure={"result": "ROLLBACK"})),
    case(codepipeline.failure_taken_back, FAIL, pipeline=stages(DEPLOY, onFailure={"result": "FAIL"})),
    case(codepipeline.failure_taken_back, FAIL, pipeline=stages(DEPLOY)),
    case(codepipeline.failure_taken_back, SKIP, pipeline=stages(BUILD)),
    case(codepipeline.caller_proven, PASS, item=hook("GITHUB_HMAC")),
    case(codepipeline.caller_proven, PASS, item=hook("IP", AllowedIPRange="192.0.2.0/24")),
    case(codepipeline.caller_proven, FAIL, item=hook("IP", AllowedIPRange="0.0.0.0/0")),
    case(codepipeline.caller_proven, FAIL, item=hook("IP")),
    case(codepipeline.caller_proven, FAIL, item=hook("UNAUTHENTICATED")),
]
