from typing import Any

import pytest

from checks.aws import organizations_guardrails as guard
from scanner.evaluation.check import Check
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_organizations import ALONE, ELSEWHERE, IN_UNITS, MANAGEMENT, MEMBER, member

BACKUP = "aws.organizations.backup_policy"


def deny(action: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": "*", **more}


def asking(operator: str, key: str, value: str) -> dict[str, Any]:
    return deny(Condition={operator: {key: value}})


def policy(kind: str, statement: Any, *targets: str) -> Resource:
    return resource(kind, document={"Statement": statement}, targets=[{"TargetId": each, "Type": "ROOT"} for each in targets])


def control(statement: Any, *targets: str) -> Resource:
    return policy(guard.SERVICE_CONTROL, statement, *(targets or ("r-1",)))


def of_resources(statement: Any, *targets: str) -> Resource:
    return policy(guard.RESOURCE_CONTROL, statement, *(targets or ("r-1",)))


FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
STOPPING = ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]


def both(check: Check, good: Resource, bad: Resource) -> list[Any]:
    """Return the cases that every guardrail has in common."""
    return [
        case(check, PASS, **MANAGEMENT, inventory=[*IN_UNITS, good]),
        case(check, FAIL, **MANAGEMENT, inventory=[*IN_UNITS, bad]),
        case(check, FAIL, **MANAGEMENT, inventory=IN_UNITS),
        case(check, SKIP, **MANAGEMENT, inventory=[good]),
        case(check, SKIP, **ELSEWHERE, inventory=[*IN_UNITS, good]),
        case(check, SKIP, **ALONE),
        case(check, UNKNOWN, **MANAGEMENT, inventory=[*IN_UNITS, good, unlisted(good.type)]),
        case(check, UNKNOWN, **MANAGEMENT, inventory=[*IN_UNITS, good, unlisted(MEMBER)]),
    ]


CASES: list[pytest.ParameterSet] = [
    *both(guard.service_control_in_force, control([FULL, deny("iam:*")]), control([FULL])),
    case(guard.service_control_in_force, PASS, **MANAGEMENT, inventory=[*IN_UNITS, control(deny())]),
    case(
        guard.service_control_in_force,
        PASS,
        **MANAGEMENT,
        inventory=[*IN_UNITS, control([deny()], "ou-1-prod", "222222222222")],
    ),
    case(guard.service_control_in_force, FAIL, **MANAGEMENT, inventory=[*IN_UNITS, control([deny()], "ou-1-prod")]),
    case(
        guard.service_control_in_force,
        UNKNOWN,
        **MANAGEMENT,
        inventory=[member("333333333333"), control([deny()], "ou-1-prod")],
    ),
    *both(guard.keys_protected, control(deny("kms:ScheduleKeyDeletion")), control(deny("kms:DisableKey"))),
    *both(guard.resource_control_in_force, of_resources([deny("s3:*")]), of_resources([FULL])),
    *both(
        guard.networks_limited,
        control(asking("NotIpAddress", "aws:SourceIp", "192.0.2.0/24")),
        control(asking("StringNotEquals", "aws:RequestedRegion", "eu-west-1")),
    ),
    *both(
        guard.outsiders_kept_out,
        of_resources(asking("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-1")),
        of_resources(deny()),
    ),
    *both(
        guard.data_kept_in,
        control(asking("StringNotEquals", "aws:ResourceOrgID", "o-1")),
        control(asking("StringNotEquals", "aws:PrincipalOrgID", "o-1")),
    ),
    *both(
        guard.transport_encrypted,
        of_resources(asking("BoolIfExists", "AWS:SecureTransport", "false")),
        of_resources(deny("s3:*")),
    ),
    *both(
        guard.regions_limited,
        control(asking("StringNotEquals", "aws:RequestedRegion", "eu-west-1")),
        of_resources(asking("StringNotEquals", "aws:RequestedRegion", "eu-west-1")),
    ),
    *both(guard.leaving_forbidden, control(deny("organizations:Leave*")), control(deny("organizations:List*"))),
    case(
        guard.leaving_forbidden,
        PASS,
        **MANAGEMENT,
        inventory=[*IN_UNITS, control({"Effect": "Deny", "NotAction": ["s3:*"], "Resource": "*"})],
    ),
    *both(guard.trails_protected, control(deny(STOPPING)), control(deny("cloudtrail:StopLogging"))),
    *both(guard.detectors_protected, control(deny("guardduty:*")), control(deny("guardduty:DeleteDetector"))),
    case(guard.backup_policies_in_force, PASS, **MANAGEMENT, inventory=[*IN_UNITS, policy(BACKUP, [], "r-1")]),
    case(guard.backup_policies_in_force, FAIL, **MANAGEMENT, inventory=[*IN_UNITS, policy(BACKUP, [], "ou-1-test")]),
    case(guard.backup_policies_in_force, FAIL, **MANAGEMENT, inventory=IN_UNITS),
    case(guard.backup_policies_in_force, UNKNOWN, **MANAGEMENT, inventory=[*IN_UNITS, unlisted(BACKUP)]),
]
