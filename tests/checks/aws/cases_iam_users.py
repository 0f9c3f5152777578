from typing import Any

from checks.aws import iam_users as users
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.identities import bound_by, may
from tests.checks.aws.identities import managed as managed_policy

EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ADMINISTRATOR = {"AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}
HOME_ONLY = {
    "Statement": {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    }
}
MADE, RECENT, OLD = "2026-01-01T10:00:00+00:00", "2026-05-20T10:00:00+00:00", "2026-02-01T10:00:00+00:00"


def row(*, password: str = "false", mfa: str = "false", **more: str) -> dict[str, str]:
    """Return a user's row of the credential report: no password, no keys, unless *more* says so."""
    keys = {
        f"access_key_{number}_{field}": value
        for number in (1, 2)
        for field, value in (("active", "false"), ("last_rotated", "N/A"), ("last_used_date", "N/A"))
    }
    dates = {"user_creation_time": MADE, "password_last_used": "N/A", "password_last_changed": "N/A"}
    return {"password_enabled": password, "mfa_active": mfa, **dates, **keys, **more}


def key(number: int = 1, rotated: str = RECENT, used: str = "N/A") -> dict[str, str]:
    fields = {"active": "true", "last_rotated": rotated, "last_used_date": used}
    return {f"access_key_{number}_{field}": value for field, value in fields.items()}


def managed(document: dict[str, Any]) -> dict[str, Any]:
    old = {"IsDefaultVersion": False, "Document": {}}
    return {"PolicyVersionList": [old, {"IsDefaultVersion": True, "Document": document}]}


OURS = "arn:aws:iam::123456789012:policy/ours"
HOLDING = {"AttachedManagedPolicies": [{"PolicyArn": OURS}]}
IN_GROUP = {"GroupList": ["team"]}
KEYED = row(**key())


def group(**item: Any) -> Any:
    return resource("aws.iam.group", "team", name="team", item={"GroupName": "team", **item})


def inline(document: dict[str, Any]) -> dict[str, Any]:
    return {"UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document}]}


CASES = [
    case(users.mfa, PASS, credentials=row(password="true", mfa="true")),
    case(users.mfa, FAIL, credentials=row(password="true")),
    case(users.mfa, SKIP, credentials=row()),
    case(users.mfa, UNKNOWN, credentials=None),
    case(users.no_key_from_creation, PASS, credentials=row(password="true", **key(rotated=RECENT))),
    case(users.no_key_from_creation, PASS, credentials=row(password="true", **key(rotated=MADE, used=RECENT))),
    case(users.no_key_from_creation, FAIL, credentials=row(password="true", **key(rotated=MADE))),
    case(users.no_key_from_creation, SKIP, credentials=row(**key(rotated=MADE))),
    case(users.no_key_from_creation, UNKNOWN, credentials=None),
    case(users.no_key_from_creation, UNKNOWN, credentials=row(password="true", user_creation_time="N/A")),
    case(users.unused_credentials_off, PASS, credentials=row(password="true", password_last_used=RECENT)),
    case(users.unused_credentials_off, PASS, credentials=row(**key(rotated=OLD, used=RECENT))),
    case(users.unused_credentials_off, FAIL, credentials=row(password="true", password_last_used=OLD)),
    case(users.unused_credentials_off, FAIL, credentials=row(password="true", password_last_used="no_information")),
    case(users.unused_credentials_off, FAIL, credentials=row(**key(rotated=OLD))),
    case(users.unused_credentials_off, FAIL, credentials=row(**key(used=RECENT), **key(2, used=OLD))),
    case(users.unused_credentials_off, SKIP, credentials=row()),
    case(users.unused_credentials_off, UNKNOWN, credentials=None),
    case(users.unused_credentials_off, UNKNOWN, credentials=row(user_creation_time="", **key(rotated="N/A"))),
    case(users.one_active_key, PASS, credentials=KEYED),
    case(users.one_active_key, FAIL, credentials=row(**key(), **key(2))),
    case(users.one_active_key, SKIP, credentials=row()),
    case(users.one_active_key, UNKNOWN, credentials=None),
    case(users.keys_rotated, PASS, credentials=KEYED),
    case(users.keys_rotated, FAIL, credentials=row(**key(rotated=OLD, used=RECENT))),
    case(users.keys_rotated, FAIL, credentials=row(**key(), **key(2, rotated=MADE))),
    case(users.keys_rotated, SKIP, credentials=row()),
    case(users.keys_rotated, UNKNOWN, credentials=None),
    case(users.keys_rotated, UNKNOWN, credentials=row(**key(rotated="N/A"))),
    case(users.rights_from_groups, PASS, item=IN_GROUP),
    case(users.rights_from_groups, FAIL, item=HOLDING),
    case(users.rights_from_groups, FAIL, item=inline(HOME_ONLY)),
    case(users.not_administrator, PASS, item=IN_GROUP, inventory=[group()]),
    case(users.not_administrator, FAIL, item=ADMINISTRATOR),
    case(users.not_administrator, FAIL, item=IN_GROUP, inventory=[group(**ADMINISTRATOR)]),
    case(users.not_administrator, FAIL, item=inline(EVERYTHING)),
    case(
        users.not_administrator,
        FAIL,
        item=IN_GROUP,
        inventory=[group(**HOLDING), resource("aws.iam.policy", OURS, item=managed(EVERYTHING))],
    ),
    case(
        users.not_administrator,
        PASS,
        item=HOLDING,
        inventory=[resource("aws.iam.policy", OURS, item=managed(HOME_ONLY))],
    ),
    case(users.not_administrator, PASS, item=ADMINISTRATOR | bound_by("less"), inventory=[managed_policy("less", may("s3:*"))]),
    case(users.not_administrator, FAIL, item=ADMINISTRATOR | bound_by("all"), inventory=[managed_policy("all", may("*"))]),
    case(users.not_administrator, UNKNOWN, item=ADMINISTRATOR | bound_by("less"), inventory=[unlisted("aws.iam.policy")]),
    case(users.not_administrator, PASS, item=bound_by("less"), inventory=[unlisted("aws.iam.policy")]),
    case(users.not_administrator, UNKNOWN, item=IN_GROUP, inventory=[unlisted("aws.iam.group")]),
    case(users.not_administrator, UNKNOWN, item=HOLDING, inventory=[unlisted("aws.iam.policy")]),
    case(users.keys_bound_to_networks, PASS, credentials=KEYED, item=inline(HOME_ONLY)),
    case(
        users.keys_bound_to_networks,
        PASS,
        credentials=KEYED,
        item={"PermissionsBoundary": {"PermissionsBoundaryArn": OURS}},
        inventory=[resource("aws.iam.policy", OURS, item=managed(HOME_ONLY))],
    ),
    case(users.keys_bound_to_networks, FAIL, credentials=KEYED, item=inline(EVERYTHING)),
    case(users.keys_bound_to_networks, FAIL, credentials=KEYED, item={}),
    case(users.keys_bound_to_networks, SKIP, credentials=row(), item={}),
    case(users.keys_bound_to_networks, UNKNOWN, credentials=None, item={}),
]
