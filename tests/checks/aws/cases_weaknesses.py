"""Cases of what Inspector found, and of where it does not look."""

from __future__ import annotations

from typing import Any

from checks.aws import weaknesses
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_ecr import BY_HAND, registry
from tests.checks.aws.cases_inspector import settings

BAD: dict[str, Any] = {"severityCounts": {"all": 5, "critical": 2, "high": 3}}
FAIR: dict[str, Any] = {"severityCounts": {"all": 3, "critical": 0, "high": 3}}
REPOSITORY, FUNCTION = weaknesses.images_without_critical_weakness, weaknesses.packages_without_critical_weakness
ENHANCED = registry("*", "ENHANCED", "CONTINUOUS_SCAN")
IMAGES, FUNCTIONS = settings(ecr="ENABLED"), settings(**{"lambda": "ENABLED"})
SCANNED = {"scanStatus": {"statusCode": "ACTIVE", "reason": "SUCCESSFUL"}}
IDLE = {"scanStatus": {"statusCode": "INACTIVE", "reason": "STALE_INVENTORY"}}


def region(outcome: Any, *, status: str = "ENABLED", instances: str = "ENABLED", **facts: Any) -> Any:
    account = {"state": {"status": status}, "resourceState": {"ec2": {"status": instances}}}
    return case(weaknesses.no_known_exploit, outcome, inventory=[there({"account": account, **facts})])


def there(facts: dict[str, Any]) -> Resource:
    return resource(weaknesses.SETTINGS, **facts)


CASES = [
    case(REPOSITORY, PASS, item=BY_HAND, weaknesses=FAIR, inventory=[IMAGES, ENHANCED]),
    case(REPOSITORY, PASS, item=BY_HAND, weaknesses=None, inventory=[IMAGES, ENHANCED]),
    case(REPOSITORY, FAIL, item=BY_HAND, weaknesses=BAD, inventory=[IMAGES, ENHANCED]),
    case(REPOSITORY, UNKNOWN, item=BY_HAND, weaknesses=None, inventory=[IMAGES, registry("other/*", "ENHANCED")]),
    case(REPOSITORY, UNKNOWN, item=BY_HAND, weaknesses=None, inventory=[settings(ecr="DISABLED"), ENHANCED]),
    case(REPOSITORY, UNKNOWN, item=BY_HAND, weaknesses=None, inventory=[ENHANCED]),
    case(REPOSITORY, UNKNOWN, item=BY_HAND, weaknesses=None, inventory=[IMAGES, registry("*", "BASIC", "SCAN_ON_PUSH")]),
    case(REPOSITORY, UNKNOWN, item=BY_HAND, weaknesses=DENIED, inventory=[IMAGES, ENHANCED]),
    case(REPOSITORY, UNKNOWN, item=BY_HAND, weaknesses=None, inventory=[IMAGES, unlisted("aws.ecr.registry")]),
    case(FUNCTION, PASS, coverage=SCANNED, weaknesses=None, inventory=[FUNCTIONS]),
    case(FUNCTION, FAIL, coverage=SCANNED, weaknesses=BAD, inventory=[FUNCTIONS]),
    case(FUNCTION, UNKNOWN, coverage=IDLE, weaknesses=None, inventory=[FUNCTIONS]),
    case(FUNCTION, UNKNOWN, coverage=None, weaknesses=None, inventory=[FUNCTIONS]),
    case(FUNCTION, UNKNOWN, coverage=SCANNED, weaknesses=None, inventory=[IMAGES]),
    case(FUNCTION, UNKNOWN, coverage=SCANNED, weaknesses=DENIED, inventory=[FUNCTIONS]),
    region(PASS, found=[{"exploitAvailableCount": 0, "fixAvailableCount": 7}]),
    region(PASS, found=[]),
    region(FAIL, found=[{"exploitAvailableCount": 1, "fixAvailableCount": 1}]),
    region(SKIP, found=[], status="DISABLED"),
    region(SKIP, found=DENIED, status="DISABLED"),
    region(UNKNOWN, found=[], instances="DISABLED"),
    region(FAIL, found=[{"exploitAvailableCount": 1}], instances="DISABLED"),
    region(UNKNOWN, found=DENIED),
    case(weaknesses.no_known_exploit, SKIP, inventory=[]),
    case(weaknesses.no_known_exploit, UNKNOWN, inventory=[unlisted(weaknesses.SETTINGS)]),
]
