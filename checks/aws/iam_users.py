"""Checks on users of AWS IAM, their passwords and access keys."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from checks.aws.iam_read import (
    NETWORK_KEYS,
    NOT_IN_REPORT,
    Document,
    active_keys,
    administers,
    attached,
    condition_keys,
    documents,
    in_force,
    is_on,
    statements,
)
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

CREDENTIAL_QUIET = timedelta(days=45)
KEY_AGE = timedelta(days=90)
SAME_MOMENT = timedelta(minutes=1)


@check(
    "aws.iam.user.mfa",
    on="aws.iam.user",
    control="identity.mfa",
    severity=Severity.HIGH,
    title="User with a password signs in with a second factor",
    risk="A guessed or phished password is enough to get in.",
    fix="aws iam enable-mfa-device --user-name {name} ..., or remove the password: aws iam delete-login-profile",
    cis=("v5:1.9", "v6:2.9", "v7:2.10"),
)
def mfa(user: Resource) -> Verdict:
    row = user["credentials"]
    if row is None:
        return unknown(NOT_IN_REPORT)
    if not is_on(row, "password_enabled"):
        return skipped("the user has no password")
    return passed("a second factor is active") if is_on(row, "mfa_active") else failed("no second factor is active")


@check(
    "aws.iam.user.no_key_from_creation",
    on="aws.iam.user",
    control="identity.unused",
    severity=Severity.LOW,
    title="User has no key that was made with it and never used",
    risk="A key that nobody asked for lies about, and nobody misses it when it is taken.",
    fix="aws iam delete-access-key --user-name {name} --access-key-id ID",
    cis=("v5:1.10", "v6:2.10"),
)
def no_key_from_creation(user: Resource, now: datetime) -> Verdict:
    row = user["credentials"]
    if row is None:
        return unknown(NOT_IN_REPORT)
    if not is_on(row, "password_enabled"):
        return skipped("the user has no password, so it is a program's")
    created = time_of(row["user_creation_time"])
    if created is None:
        return unknown("the credential report does not say when the user was made")
    for number in active_keys(row):
        rotated = time_of(row[f"access_key_{number}_last_rotated"])
        used = time_of(row[f"access_key_{number}_last_used_date"])
        if rotated and not used and abs(rotated - created) <= SAME_MOMENT:
            return failed(f"access key {number} was made with the user, {(now - created).days} days ago, and never used")
    return passed("no unused key dates from the user's creation")


def _credentials(row: Mapping[str, str]) -> Iterator[tuple[str, datetime | None]]:
    """Yield each active credential with its last use, or, never used, with the time since when it could be."""
    created = time_of(row["user_creation_time"])
    if is_on(row, "password_enabled"):
        used, changed = time_of(row["password_last_used"]), time_of(row["password_last_changed"])
        yield "password", used or changed or created
    for number in active_keys(row):
        used = time_of(row[f"access_key_{number}_last_used_date"])
        yield f"access key {number}", used or time_of(row[f"access_key_{number}_last_rotated"]) or created


@check(
    "aws.iam.user.unused_credentials_off",
    on="aws.iam.user",
    control="identity.unused",
    severity=Severity.MEDIUM,
    title="Credentials unused for 45 days are off",
    risk="Nobody notices when a forgotten password or key is used by somebody else.",
    fix="aws iam update-access-key --user-name {name} --status Inactive --access-key-id ID, or aws iam"
    " delete-login-profile --user-name {name}",
    cis=("v5:1.11", "v6:2.11", "v7:2.11"),
)
def unused_credentials_off(user: Resource, now: datetime) -> Verdict:
    row = user["credentials"]
    if row is None:
        return unknown(NOT_IN_REPORT)
    last: list[tuple[str, datetime]] = []
    for name, time in _credentials(row):
        if time is None:
            return unknown(f"the credential report does not say when {name} was last used")
        last.append((name, time))
    if not last:
        return skipped("the user has no active credential")
    if old := [f"{name} since {day(time)}" for name, time in last if now - time >= CREDENTIAL_QUIET]:
        return failed(f"unused: {', '.join(old)}")
    return passed("every credential is in use", until=min(time for _, time in last) + CREDENTIAL_QUIET)


@check(
    "aws.iam.user.one_active_key",
    on="aws.iam.user",
    control="identity.credential_age",
    severity=Severity.LOW,
    title="User has one active access key at most",
    risk="With two keys, the old one stays in use, and a leak has twice the places to come from.",
    fix="aws iam update-access-key --user-name {name} --status Inactive --access-key-id ID",
    cis=("v5:1.12", "v6:2.12"),
)
def one_active_key(user: Resource) -> Verdict:
    row = user["credentials"]
    if row is None:
        return unknown(NOT_IN_REPORT)
    keys = active_keys(row)
    if not keys:
        return skipped("the user has no active access key")
    return passed("one active access key") if len(keys) == 1 else failed("two active access keys")


@check(
    "aws.iam.user.keys_rotated",
    on="aws.iam.user",
    control="identity.credential_age",
    severity=Severity.MEDIUM,
    title="Access keys are replaced within 90 days",
    risk="The older a key, the more copies of it lie in laptops, pipelines and chats.",
    fix="aws iam create-access-key --user-name {name}, replace the old key where it is used, then delete it",
    cis=("v5:1.13", "v6:2.13", "v7:2.12"),
)
def keys_rotated(user: Resource, now: datetime) -> Verdict:
    row = user["credentials"]
    if row is None:
        return unknown(NOT_IN_REPORT)
    made: list[tuple[int, datetime]] = []
    for number in active_keys(row):
        rotated = time_of(row[f"access_key_{number}_last_rotated"])
        if rotated is None:
            return unknown(f"the credential report does not say how old access key {number} is")
        made.append((number, rotated))
    if not made:
        return skipped("the user has no active access key")
    if old := [f"access key {number} is of {day(time)}" for number, time in made if now - time > KEY_AGE]:
        return failed(", ".join(old))
    return passed("active keys are younger than 90 days", until=min(time for _, time in made) + KEY_AGE)


@check(
    "aws.iam.user.rights_from_groups",
    on="aws.iam.user",
    control="access.groups",
    severity=Severity.LOW,
    title="User has rights through groups only",
    risk="Rights given to one person are forgotten when the person's task changes.",
    fix="Move the policies to a group: aws iam add-user-to-group --user-name {name} --group-name GROUP",
    cis=("v5:1.14", "v6:2.14", "v7:2.13"),
)
def rights_from_groups(user: Resource) -> Verdict:
    own = [each["PolicyName"] for each in user["item"].get("UserPolicyList") or []]
    managed = [arn.rpartition("/")[2] for arn in attached(user)]
    if own or managed:
        return failed(f"policies on the user itself: {', '.join([*own, *managed])}")
    return passed("no policy is on the user itself")


@check(
    "aws.iam.user.not_administrator",
    on="aws.iam.user",
    control="access.administrators",
    severity=Severity.HIGH,
    title="User is no standing administrator",
    risk="A user's password or key, once stolen, is the whole account; a role's session at least ends.",
    fix="Take the policy away and let the person assume a role with a second factor",
)
def not_administrator(user: Resource, inventory: Inventory) -> Verdict:
    granting = administers(user, inventory)
    return failed(f"every right through {granting}") if granting else passed("no policy grants every right")


@check(
    "aws.iam.user.keys_bound_to_networks",
    on="aws.iam.user",
    control="network.public_access",
    severity=Severity.LOW,
    title="Access keys work from known networks only",
    risk="A leaked key works from anywhere in the world.",
    fix="Deny, in a policy of the user, calls from other than your aws:SourceIp unless aws:ViaAWSService is true",
)
def keys_bound_to_networks(user: Resource, inventory: Inventory) -> Verdict:
    row = user["credentials"]
    if row is None:
        return unknown(NOT_IN_REPORT)
    if not active_keys(row):
        return skipped("the user has no active access key")
    for name, document in (*documents(user, inventory), *_boundary(user, inventory)):
        if any(condition_keys(each) & NETWORK_KEYS for each in statements(document)):
            return passed(f"{name} asks where the call comes from")
    return failed("no policy asks where a call with the key comes from")


def _boundary(entity: Resource, inventory: Inventory) -> Iterator[tuple[str, Document]]:
    boundary = entity["item"].get("PermissionsBoundary")
    managed = boundary and inventory.get("aws.iam.policy", boundary["PermissionsBoundaryArn"])
    if managed:
        yield managed.name, in_force(managed)
