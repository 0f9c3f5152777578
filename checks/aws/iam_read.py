"""What the checks on AWS IAM share: how its credential report, policies, trust and conditions are read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws import rights
from scanner.model import Inventory, Resource

NOT_IN_REPORT = "the credential report, up to four hours old, does not know this user yet"
INLINE = {"aws.iam.user": "UserPolicyList", "aws.iam.role": "RolePolicyList", "aws.iam.group": "GroupPolicyList"}
# What a missing value fulfils demands nothing: IfExists, ForAllValues, and negations.
DEMANDING = re.compile(r"(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like))", re.IGNORECASE)
# Condition keys that tell from which network a call comes.
NETWORK_KEYS = frozenset(
    {"aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid"}
)
Document = Mapping[str, Any]


def is_on(row: Mapping[str, str], field: str) -> bool:
    return row[field].lower() == "true"


def active_keys(row: Mapping[str, str]) -> list[int]:
    return [number for number in (1, 2) if is_on(row, f"access_key_{number}_active")]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(document: Document) -> list[Mapping[str, Any]]:
    return listed(document.get("Statement") or [])


def attached(entity: Resource) -> list[str]:
    return [each["PolicyArn"] for each in entity["item"].get("AttachedManagedPolicies") or []]


def inline(entity: Resource) -> list[tuple[str, Document]]:
    return [(each["PolicyName"], each["PolicyDocument"]) for each in entity["item"].get(INLINE[entity.type]) or []]


def in_force(managed: Resource) -> Document:
    """Return the document of the version in force. Raises :class:`ValueError` when AWS didn't return just one."""
    versions = managed["item"]["PolicyVersionList"]
    (document,) = [each["Document"] for each in versions if each["IsDefaultVersion"]]
    return document  # type: ignore[no-any-return]


def documents(entity: Resource, inventory: Inventory) -> Iterator[tuple[str, Document]]:
    """Yield what grants *entity* rights: its own, its attached and its groups' policies. AWS's own are not listed."""
    yield from inline(entity)
    for arn in attached(entity):
        if managed := inventory.get("aws.iam.policy", arn):
            yield managed.name, in_force(managed)
    for name in entity["item"].get("GroupList") or []:
        for group in inventory.where("aws.iam.group", "item.GroupName", name):
            yield from documents(group, inventory)


def administers(entity: Resource, inventory: Inventory) -> str:
    """Return the policy that gives *entity* every right; empty when none does, or its boundary leaves it fewer."""
    granting = _granting(entity, inventory)
    return "" if granting and _bounded(entity, inventory) else granting


def _granting(entity: Resource, inventory: Inventory) -> str:
    groups = [
        group
        for name in entity["item"].get("GroupList") or []
        for group in inventory.where("aws.iam.group", "item.GroupName", name)
    ]
    for holder in (entity, *groups):
        if any(arn.endswith(":iam::aws:policy/AdministratorAccess") for arn in attached(holder)):
            return "AdministratorAccess" if holder is entity else f"AdministratorAccess of group {holder.name}"
    granting = (name for name, document in documents(entity, inventory) if rights.grants_administration(document))
    return next(granting, "")


def _bounded(entity: Resource, inventory: Inventory) -> bool:
    """Tell whether a boundary surely keeps *entity* from holding every right. Of AWS's own, only one grants everything."""
    arn = (entity["item"].get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    if not arn:
        return False
    if ":iam::aws:policy/" in arn:
        return not arn.endswith("/AdministratorAccess")
    boundary = inventory.get("aws.iam.policy", arn)
    return boundary is not None and not rights.grants_administration(in_force(boundary))


def trusted(role: Resource, kind: str) -> list[tuple[Mapping[str, Any], list[str]]]:
    """Return the statements that let principals of *kind* (``AWS``, ``Service``, ``Federated``) in, with those."""
    found = []
    for statement in statements(role["item"]["AssumeRolePolicyDocument"]):
        principal = statement.get("Principal") or {}
        if principal == "*":
            principal = {"AWS": "*"}
        if statement["Effect"] == "Allow" and kind in principal:
            found.append((statement, [str(each) for each in listed(principal[kind])]))
    return found


def condition_keys(statement: Mapping[str, Any]) -> set[str]:
    """Return the condition keys of a statement, in lower case."""
    return {key.lower() for tests in (statement.get("Condition") or {}).values() for key in tests}


def demanded(statement: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the condition keys that a statement demands, in lower case, with the values that it takes."""
    found: dict[str, list[str]] = {}
    for operator, tests in (statement.get("Condition") or {}).items():
        if DEMANDING.fullmatch(operator):
            for key, values in tests.items():
                found.setdefault(key.lower(), []).extend(str(each) for each in listed(values))
    return found


def demands(statement: Mapping[str, Any], keys: set[str]) -> bool:
    asked = demanded(statement)
    return any(values and "*" not in values for key, values in asked.items() if key in keys)
