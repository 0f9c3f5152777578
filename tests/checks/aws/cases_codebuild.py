from typing import Any

from checks.aws import codebuild
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY


def hidden(*detected: str) -> dict[str, Any]:
    return {"$secret": {"hash": "h", "detected": list(detected)}}


def variable(name: str, *detected: str, kind: str = "PLAINTEXT") -> dict[str, Any]:
    return {"environment": {"environmentVariables": [{"name": name, "value": hidden(*detected), "type": kind}]}}


def source(**more: Any) -> dict[str, Any]:
    return {"source": {"type": "GITHUB", "location": "https://github.com/example/app.git", **more}}


def second(**more: Any) -> dict[str, Any]:
    return {**source(), "secondarySources": [{"type": "BITBUCKET", **more}]}


def group(*filters: tuple[str, str], exclude: bool = False) -> list[dict[str, Any]]:
    return [{"type": kind, "pattern": pattern, "excludeMatchedPattern": exclude} for kind, pattern in filters]


def hook(*groups: list[dict[str, Any]], approval: str = "DISABLED") -> dict[str, Any]:
    return {"webhook": {"filterGroups": list(groups), "pullRequestBuildPolicy": {"requiresCommentApproval": approval}}}


def logs(cloud: str, bucket: str = "DISABLED", **more: Any) -> dict[str, Any]:
    return {"logsConfig": {"cloudWatchLogs": {"status": cloud}, "s3Logs": {"status": bucket, **more}}}


def exported(kind: str, **destination: Any) -> dict[str, Any]:
    return {"exportConfig": {"exportConfigType": kind, "s3Destination": destination}}


PULL, PUSH = ("EVENT", "PUSH,PULL_REQUEST_CREATED"), ("EVENT", "PUSH")
ACTOR = ("ACTOR_ACCOUNT_ID", "^123$")
OWN_IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/build"

CASES = [
    case(codebuild.without_secrets, PASS, project=variable("TABLE")),
    case(codebuild.without_secrets, PASS, project=variable("AWS_SECRET_ACCESS_KEY", kind="SECRETS_MANAGER")),
    case(codebuild.without_secrets, PASS, project={}),
    case(codebuild.without_secrets, FAIL, project=variable("AWS_ACCESS_KEY_ID")),
    case(codebuild.without_secrets, FAIL, project=variable("TABLE", "Private Key")),
    case(codebuild.without_secrets, FAIL, project=source(buildspec=hidden("AWS Access Key"))),
    case(codebuild.address_without_password, PASS, project=source()),
    case(codebuild.address_without_password, PASS, project=source(location="arn:aws:s3:::bucket/a@b")),
    case(codebuild.address_without_password, FAIL, project=source(location="https://ada:secret@bitbucket.org/x/y")),
    case(codebuild.address_without_password, FAIL, project=second(location="https://x-token-auth@bitbucket.org/x/y")),
    case(codebuild.not_public, PASS, project={"projectVisibility": "PRIVATE"}),
    case(codebuild.not_public, PASS, project={}),
    case(codebuild.not_public, FAIL, project={"projectVisibility": "PUBLIC_READ"}),
    case(codebuild.strangers_build_nothing, PASS, project=hook(group(PUSH))),
    case(codebuild.strangers_build_nothing, PASS, project=hook(group(PULL, ACTOR))),
    case(codebuild.strangers_build_nothing, PASS, project=hook(group(PULL), approval="FORK_PULL_REQUESTS")),
    case(codebuild.strangers_build_nothing, FAIL, project=hook(group(PUSH), group(PULL))),
    case(codebuild.strangers_build_nothing, FAIL, project=hook(group(PULL, ACTOR, exclude=True))),
    case(codebuild.strangers_build_nothing, FAIL, project=hook()),
    *(
        case(codebuild.strangers_build_nothing, PASS, project=hook(group(PULL, ("ACTOR_ACCOUNT_ID", pattern))))
        for pattern in ("^123$|^456$", "^(123|456)$", "^(?:123|456)$", r"^\{1f-2a\}$")
    ),
    *(
        case(codebuild.strangers_build_nothing, FAIL, project=hook(group(PULL, ("ACTOR_ACCOUNT_ID", pattern))))
        for pattern in ("123", "^123", "123|456", "^123|456$", "^123$|456", "^.*$", r"^\d{8}$", "")
    ),
    case(codebuild.strangers_build_nothing, SKIP, project={}),
    case(codebuild.unprivileged, PASS, project={"environment": {"privilegedMode": False}}),
    case(codebuild.unprivileged, FAIL, project={"environment": {"privilegedMode": True}}),
    case(codebuild.image_pinned, PASS, project={"environment": {"image": "aws/codebuild/standard:7.0"}}),
    case(codebuild.image_pinned, PASS, project={"environment": {"image": f"{OWN_IMAGE}:3"}}),
    case(codebuild.image_pinned, FAIL, project={"environment": {"image": OWN_IMAGE}}),
    case(codebuild.image_pinned, SKIP, project={}),
    case(codebuild.in_network, PASS, project={"vpcConfig": {"vpcId": "vpc-1"}}),
    case(codebuild.in_network, FAIL, project={"vpcConfig": {}}),
    case(codebuild.source_over_tls, PASS, project=source()),
    case(codebuild.source_over_tls, FAIL, project=source(insecureSsl=True)),
    case(codebuild.source_over_tls, FAIL, project=second(location="http://git.example.com/app")),
    case(codebuild.results_encrypted, PASS, project={"artifacts": {"type": "S3"}, **logs("ENABLED")}),
    case(codebuild.results_encrypted, PASS, project=logs("ENABLED", "DISABLED", encryptionDisabled=True)),
    case(codebuild.results_encrypted, FAIL, project={"artifacts": {"encryptionDisabled": True}}),
    case(codebuild.results_encrypted, FAIL, project={"secondaryArtifacts": [{"encryptionDisabled": True}]}),
    case(codebuild.results_encrypted, FAIL, project=logs("ENABLED", "ENABLED", encryptionDisabled=True)),
    case(codebuild.customer_key, PASS, project={"encryptionKey": KEY_ARN}, inventory=[OUR_KEY]),
    case(codebuild.customer_key, FAIL, project={"encryptionKey": KEY_ARN}, inventory=[AWS_KEY]),
    case(codebuild.customer_key, FAIL, project={"encryptionKey": "arn:aws:kms:eu-west-1:123456789012:alias/aws/s3"}),
    case(codebuild.logged, PASS, project={}),
    case(codebuild.logged, PASS, project=logs("DISABLED", "ENABLED")),
    case(codebuild.logged, FAIL, project=logs("DISABLED")),
    case(codebuild.encrypted, PASS, group=exported("S3", encryptionDisabled=False)),
    case(codebuild.encrypted, FAIL, group=exported("S3", encryptionDisabled=True)),
    case(codebuild.encrypted, SKIP, group=exported("NO_EXPORT")),
    case(codebuild.no_stored_token, PASS, item={"authType": "CODECONNECTIONS"}),
    case(codebuild.no_stored_token, FAIL, item={"authType": "PERSONAL_ACCESS_TOKEN"}),
    case(codebuild.no_stored_token, FAIL, item={"authType": "OAUTH"}),
]
