from typing import Any

from checks.aws import accessanalyzer
from scanner.model import Resource
from tests.cases import ABSENT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

ANALYZER = "aws.accessanalyzer.analyzer"
OF_ORGANIZATION = "aws.accessanalyzer.organization_analyzer"


def analyzer(kind: str, status: str = "ACTIVE", region: str = "eu-west-1", of: str = ANALYZER) -> Resource:
    return resource(of, region=region, item={"name": "watch", "type": kind, "status": status})


def organization(described: Any) -> Resource:
    return resource("aws.organizations.organization", organization=described)


IN_ONE, IN_NONE = organization({"Id": "o-org"}), organization(ABSENT)


def rule(**filters: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"ruleName": "quiet", "filter": filters}]


CASES = [
    case(accessanalyzer.external_access_analyzed, PASS, inventory=[analyzer("ACCOUNT")]),
    case(accessanalyzer.external_access_analyzed, PASS, inventory=[analyzer("ORGANIZATION")]),
    case(accessanalyzer.external_access_analyzed, FAIL),
    case(accessanalyzer.external_access_analyzed, FAIL, inventory=[analyzer("ACCOUNT", region="us-east-1")]),
    case(accessanalyzer.external_access_analyzed, FAIL, inventory=[analyzer("ACCOUNT_UNUSED_ACCESS")]),
    case(accessanalyzer.external_access_analyzed, FAIL, inventory=[analyzer("ACCOUNT", "FAILED")]),
    case(accessanalyzer.external_access_analyzed, UNKNOWN, inventory=[unlisted(ANALYZER, "eu-west-1")]),
    case(accessanalyzer.external_access_analyzed, PASS, inventory=[IN_ONE, analyzer("ORGANIZATION", of=OF_ORGANIZATION)]),
    case(accessanalyzer.external_access_analyzed, FAIL, inventory=[IN_ONE]),
    case(
        accessanalyzer.external_access_analyzed,
        FAIL,
        inventory=[IN_ONE, analyzer("ORGANIZATION", region="us-east-1", of=OF_ORGANIZATION)],
    ),
    case(accessanalyzer.external_access_analyzed, UNKNOWN, inventory=[IN_ONE, unlisted(OF_ORGANIZATION, "eu-west-1")]),
    case(accessanalyzer.external_access_analyzed, FAIL, inventory=[IN_NONE, unlisted(OF_ORGANIZATION, "eu-west-1")]),
    case(
        accessanalyzer.external_access_analyzed,
        PASS,
        inventory=[analyzer("ACCOUNT"), IN_ONE, unlisted(OF_ORGANIZATION, "eu-west-1")],
    ),
    case(accessanalyzer.active, PASS, item={"status": "ACTIVE"}),
    case(accessanalyzer.active, FAIL, item={"status": "DISABLED"}),
    case(accessanalyzer.active, FAIL, item={"status": "FAILED", "statusReason": {"code": "ORGANIZATION_DELETED"}}),
    case(accessanalyzer.archive_rules_narrow, PASS, archive_rules=rule(resource={"eq": ["arn:aws:s3:::site"]})),
    case(accessanalyzer.archive_rules_narrow, FAIL, archive_rules=rule(resourceType={"eq": ["AWS::S3::Bucket"]})),
    case(accessanalyzer.archive_rules_narrow, SKIP, archive_rules=[]),
    case(accessanalyzer.unused_access_watched, PASS, inventory=[analyzer("ORGANIZATION_UNUSED_ACCESS")]),
    case(
        accessanalyzer.unused_access_watched,
        PASS,
        inventory=[IN_ONE, analyzer("ORGANIZATION_UNUSED_ACCESS", of=OF_ORGANIZATION)],
    ),
    case(accessanalyzer.unused_access_watched, UNKNOWN, inventory=[IN_ONE, unlisted(OF_ORGANIZATION, "eu-west-1")]),
    case(accessanalyzer.unused_access_watched, FAIL, inventory=[analyzer("ACCOUNT")]),
    case(accessanalyzer.unused_access_watched, UNKNOWN, inventory=[unlisted(ANALYZER, "us-east-1")]),
]
