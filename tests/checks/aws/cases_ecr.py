import json
from typing import Any

from checks.aws import ecr
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import (
    ALONE,
    AWS_KEY,
    FOREIGN,
    KEY_ARN,
    MANAGED,
    OUR_KEY,
    PUBLIC,
    SIBLING,
    known_cases,
    named_cases,
)

REPOSITORY = resource("aws.ecr.repository")
ON_PUSH = {"repositoryName": "team/app", "imageScanningConfiguration": {"scanOnPush": True}}
BY_HAND = {"repositoryName": "team/app", "imageScanningConfiguration": {"scanOnPush": False}}
COPIES = [{"destinations": [{"region": "eu-north-1", "registryId": "123456789012"}]}]


def registry(pattern: str = "", kind: str = "BASIC", often: str = "SCAN_ON_PUSH") -> Any:
    filters = [{"filter": pattern, "filterType": "WILDCARD"}]
    rules = [{"scanFrequency": often, "repositoryFilters": filters}] if pattern else []
    return resource("aws.ecr.registry", scanning={"scanType": kind, "rules": rules})


def tags(state: str, *excluded: str) -> dict[str, Any]:
    filters = [{"filterType": "WILDCARD", "filter": each} for each in excluded]
    return {"imageTagMutability": state, "imageTagMutabilityExclusionFilters": filters}


BASIC, ENHANCED = {"scanType": "BASIC"}, {"scanType": "ENHANCED"}
CRITICAL: dict[str, Any] = {"detail": {"finding-severity-counts": {"CRITICAL": [{"numeric": [">", 0]}]}}}
IMPORTED = "Security Hub Findings - Imported"
LABELED: dict[str, Any] = {"detail": {"findings": {"Severity": {"Label": ["HIGH", "CRITICAL"]}, "RecordState": ["ACTIVE"]}}}


def rule(source: str, kind: str, targets: int = 1, **more: Any) -> Any:
    pattern = {"source": [source], "detail-type": [kind], **more}
    item = {"State": "ENABLED", "EventPattern": json.dumps(pattern)}
    return resource("aws.eventbridge.rule", item=item, targets=[{"Id": "1"}] * targets)


CASES = [
    case(ecr.scanned, PASS, item=ON_PUSH, inventory=[registry()]),
    case(ecr.scanned, PASS, item=BY_HAND, inventory=[registry("*")]),
    case(ecr.scanned, PASS, item=BY_HAND, inventory=[registry("team/*", "ENHANCED", "CONTINUOUS_SCAN")]),
    case(ecr.scanned, PASS, item=BY_HAND, inventory=[registry("app")]),
    case(ecr.scanned, FAIL, item=BY_HAND, inventory=[registry()]),
    case(ecr.scanned, FAIL, item=BY_HAND, inventory=[registry("*", often="MANUAL")]),
    case(ecr.scanned, FAIL, item=BY_HAND, inventory=[registry("other/*")]),
    case(ecr.scanned, FAIL, item=BY_HAND, inventory=[registry("*/web")]),
    case(ecr.scanned, FAIL, item=ON_PUSH, inventory=[registry("other/*", "ENHANCED")]),
    case(ecr.scanned, UNKNOWN, item=ON_PUSH, inventory=[unlisted("aws.ecr.registry")]),
    case(ecr.immutable_tags, PASS, item=tags("IMMUTABLE")),
    case(ecr.immutable_tags, PASS, item=tags("IMMUTABLE_WITH_EXCLUSION", "latest")),
    case(ecr.immutable_tags, FAIL, item=tags("IMMUTABLE_WITH_EXCLUSION", "*")),
    case(ecr.immutable_tags, FAIL, item=tags("MUTABLE")),
    case(ecr.immutable_tags, FAIL, item=tags("MUTABLE_WITH_EXCLUSION", "v*")),
    case(ecr.customer_key, PASS, item={"encryptionConfiguration": {"kmsKey": KEY_ARN}}, inventory=[OUR_KEY]),
    case(ecr.customer_key, FAIL, item={"encryptionConfiguration": {"kmsKey": KEY_ARN}}, inventory=[AWS_KEY]),
    case(ecr.customer_key, FAIL, item={"encryptionConfiguration": {"encryptionType": "AES256"}}),
    *named_cases(ecr.not_public),
    *known_cases(ecr.known_accounts),
    case(ecr.expires_images, PASS, lifecycle={"rules": [{"action": {"type": "expire"}}]}),
    case(ecr.expires_images, FAIL, lifecycle={"rules": [{"action": {"type": "transition"}}]}),
    case(ecr.expires_images, FAIL, lifecycle=None),
    case(ecr.replicated, PASS, replication=COPIES, inventory=[REPOSITORY]),
    case(ecr.replicated, FAIL, replication=[], inventory=[REPOSITORY]),
    case(ecr.replicated, SKIP, replication=[]),
    case(ecr.replicated, UNKNOWN, replication=[], inventory=[unlisted("aws.ecr.repository")]),
    case(ecr.outsiders, PASS, policy=SIBLING, inventory=MANAGED),
    case(ecr.outsiders, FAIL, policy=FOREIGN, inventory=[ALONE]),
    case(ecr.outsiders, FAIL, policy=PUBLIC),
    case(ecr.outsiders, SKIP, policy=None),
    case(ecr.weaknesses_told, PASS, scanning=BASIC, inventory=[REPOSITORY, rule("aws.ecr", "ECR Image Scan")]),
    case(ecr.weaknesses_told, PASS, scanning=None, inventory=[REPOSITORY, rule("aws.ecr", "ECR Image Scan", **CRITICAL)]),
    case(ecr.weaknesses_told, PASS, scanning=ENHANCED, inventory=[REPOSITORY, rule("aws.inspector2", "Inspector2 Finding")]),
    case(ecr.weaknesses_told, PASS, scanning=ENHANCED, inventory=[REPOSITORY, rule("aws.securityhub", IMPORTED, **LABELED)]),
    case(ecr.weaknesses_told, FAIL, scanning=BASIC, inventory=[REPOSITORY, rule("aws.inspector2", "Inspector2 Finding")]),
    case(ecr.weaknesses_told, FAIL, scanning=ENHANCED, inventory=[REPOSITORY, rule("aws.ecr", "ECR Image Scan")]),
    case(ecr.weaknesses_told, FAIL, scanning=BASIC, inventory=[REPOSITORY, rule("aws.ecr", "ECR Image Scan", targets=0)]),
    case(ecr.weaknesses_told, FAIL, scanning=BASIC, inventory=[REPOSITORY]),
    case(ecr.weaknesses_told, SKIP, scanning=BASIC),
    case(ecr.weaknesses_told, UNKNOWN, scanning=DENIED, inventory=[REPOSITORY]),
    case(ecr.weaknesses_told, UNKNOWN, scanning=BASIC, inventory=[REPOSITORY, unlisted("aws.eventbridge.rule")]),
]
