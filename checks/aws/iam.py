"""Checks on AWS IAM: the root user, users and their credentials, roles and who may assume them, policies."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from checks.aws import policy
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

ROOT_QUIET = timedelta(days=30)
CREDENTIAL_QUIET = timedelta(days=45)
KEY_AGE = timedelta(days=90)
ROLE_QUIET = timedelta(days=90)
SAME_MOMENT = timedelta(minutes=1)
PASSWORD_LENGTH, PASSWORDS_REMEMBERED = 14, 24
EMERGENCY_USERS = 2
QUOTA_SHARE = 0.9

NOT_A_TIME = {"", "N/A", "no_information", "not_supported"}
NOT_IN_REPORT = "the credential report, up to four hours old, does not know this user yet"


def _time(said: str | None) -> datetime | None:
    """Return a time of the credential report or of the API; ``None`` where AWS has none to tell."""
    if said is None or said in NOT_A_TIME:
        return None
    time = datetime.fromisoformat(said)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _on(row: Mapping[str, str], field: str) -> bool:
    return row[field].lower() == "true"


def _active_keys(row: Mapping[str, str]) -> list[int]:
    return [number for number in (1, 2) if _on(row, f"access_key_{number}_active")]


def _day(time: datetime) -> str:
    return time.date().isoformat()


# ---------------------------------------------------------------- the root user and the account's settings


@check(
    "aws.iam.settings.root_without_keys",
    on="aws.iam.settings",
    service="aws.account",
    control="identity.root",
    severity=Severity.CRITICAL,
    title="The root user has no access key",
    risk="A leaked key of the root user is the whole account, for ever, past every policy.",
    fix="Sign in as the root user of {account} and delete its access keys under Security credentials",
    cis=("v5:1.3", "v6:2.3", "v7:2.4"),
)
def root_without_keys(settings: Resource) -> Verdict:
    keys = settings["summary"]["AccountAccessKeysPresent"]
    return failed(f"the root user has {keys} access key(s)") if keys else passed("the root user has no access key")


def _root_is_sealed(summary: Mapping[str, int]) -> bool:
    """Tell whether the root user has neither password nor key; where AWS doesn't say, it may have them."""
    return not (summary.get("AccountPasswordPresent", 1) or summary["AccountAccessKeysPresent"])


@check(
    "aws.iam.settings.root_mfa",
    on="aws.iam.settings",
    service="aws.account",
    control="identity.root",
    severity=Severity.CRITICAL,
    title="The root user signs in with a second factor",
    risk="One guessed or reset password is the whole account.",
    fix="Sign in as the root user of {account} and register a security key under Security credentials",
    cis=("v5:1.4", "v6:2.4", "v7:2.5"),
)
def root_mfa(settings: Resource) -> Verdict:
    summary = settings["summary"]
    if summary["AccountMFAEnabled"]:
        return passed("the root user has a second factor")
    if _root_is_sealed(summary):
        return passed("the root user has no credentials that a second factor could protect")
    return failed("the root user has no second factor")


@check(
    "aws.iam.settings.root_hardware_mfa",
    on="aws.iam.settings",
    service="aws.account",
    control="identity.root",
    severity=Severity.MEDIUM,
    title="The root user's second factor is a device of its own",
    risk="A code generator on a phone is copied with the phone's backup, or stolen with the phone.",
    fix="Register a FIDO2 security key for the root user of {account} and remove the virtual device",
    cis=("v5:1.5", "v6:2.5", "v7:2.6"),
)
def root_hardware_mfa(settings: Resource) -> Verdict:
    summary, devices = settings["summary"], settings["virtual_mfa"]
    virtual = [each["SerialNumber"] for each in devices or [] if _is_root(each, settings.account)]
    if virtual:
        return failed(f"the root user has a virtual device: {virtual[0]}")
    if summary["AccountMFAEnabled"]:
        return passed("the root user's second factor is no virtual device")
    return skipped("no credentials to protect") if _root_is_sealed(summary) else failed("no second factor at all")


def _is_root(device: Mapping[str, str | None], account: str) -> bool:
    owner, serial = device.get("UserArn") or "", device["SerialNumber"] or ""
    return owner.endswith(f":iam::{account}:root") or serial.endswith(":mfa/root-account-mfa-device")


@check(
    "aws.iam.settings.root_unused",
    on="aws.iam.settings",
    service="aws.account",
    control="identity.root",
    severity=Severity.HIGH,
    title="The root user is not used day to day",
    risk="Nothing limits the root user, and nobody can tell which person it was.",
    fix="Work through roles; keep the root user for the few tasks that need it",
    cis=("v5:1.6", "v6:2.6", "v7:2.7"),
)
def root_unused(settings: Resource, now: datetime) -> Verdict:
    root = settings["root"]
    if root is None:
        return unknown("the credential report has no row for the root user")
    fields = ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")
    uses = [time for field in fields if (time := _time(root[field]))]
    if not uses:
        return passed("no use of the root user is on record")
    said = f"the root user was last used on {_day(max(uses))}"
    return failed(said) if now - max(uses) < ROOT_QUIET else passed(said)


@check(
    "aws.iam.settings.password_length",
    on="aws.iam.settings",
    control="identity.password_policy",
    severity=Severity.MEDIUM,
    title="Passwords have 14 characters or more",
    risk="Short passwords are guessed.",
    fix="aws iam update-account-password-policy --minimum-password-length 14 with the other settings repeated",
    cis=("v5:1.7", "v6:2.7", "v7:2.8"),
)
def password_length(settings: Resource) -> Verdict:
    rules = settings["password_policy"]
    if rules is None:
        return failed("no password policy is set; AWS's default asks for 8 characters")
    length = rules["MinimumPasswordLength"]
    return (passed if length >= PASSWORD_LENGTH else failed)(f"{length} characters are required")


@check(
    "aws.iam.settings.password_reuse",
    on="aws.iam.settings",
    control="identity.password_policy",
    severity=Severity.LOW,
    title="The last 24 passwords cannot be used again",
    risk="A password that leaked once comes back.",
    fix="aws iam update-account-password-policy --password-reuse-prevention 24 with the other settings repeated",
    cis=("v5:1.8", "v6:2.8", "v7:2.9"),
)
def password_reuse(settings: Resource) -> Verdict:
    remembered = (settings["password_policy"] or {}).get("PasswordReusePrevention") or 0
    if remembered >= PASSWORDS_REMEMBERED:
        return passed(f"{remembered} passwords are remembered")
    return failed(f"{remembered or 'no'} passwords are remembered")


def _attached(entity: Resource) -> list[str]:
    return [each["PolicyArn"] for each in entity["item"].get("AttachedManagedPolicies") or []]


def _holders(inventory: Inventory, name: str) -> list[str]:
    """Return who has AWS's own policy *name* attached."""
    return [
        f"{kind} {each.name}"
        for kind in ("role", "group", "user")
        for each in inventory.all(f"aws.iam.{kind}")
        if any(arn.endswith(f":iam::aws:policy/{name}") for arn in _attached(each))
    ]


@check(
    "aws.iam.settings.support_role",
    on="aws.iam.settings",
    service="aws.account",
    control="access.support",
    severity=Severity.LOW,
    title="Somebody may open support cases",
    risk="In an incident nobody on duty may ask AWS for help.",
    fix="aws iam attach-role-policy --role-name ROLE --policy-arn arn:aws:iam::aws:policy/AWSSupportAccess",
    cis=("v5:1.16", "v6:2.16", "v7:2.15"),
)
def support_role(_settings: Resource, inventory: Inventory) -> Verdict:
    holders = _holders(inventory, "AWSSupportAccess")
    return passed(f"{holders[0]} has AWSSupportAccess") if holders else failed("nobody has AWSSupportAccess")


@check(
    "aws.iam.settings.cloudshell_restricted",
    on="aws.iam.settings",
    control="access.least_privilege",
    severity=Severity.LOW,
    title="CloudShell is not handed out in full",
    risk="Full access to CloudShell lets its holder carry files in and out past every network control.",
    fix="Detach AWSCloudShellFullAccess; allow CloudShell without file transfer where it is needed",
    cis=("v5:1.21", "v6:2.21", "v7:2.20"),
)
def cloudshell_restricted(_settings: Resource, inventory: Inventory) -> Verdict:
    if holders := _holders(inventory, "AWSCloudShellFullAccess"):
        return failed(f"AWSCloudShellFullAccess is attached to {', '.join(holders)}")
    return passed("AWSCloudShellFullAccess is attached to nobody")


@check(
    "aws.iam.settings.people_federated",
    on="aws.iam.settings",
    service="aws.account",
    control="directory.federation",
    severity=Severity.MEDIUM,
    title="People come from a directory that is run centrally",
    risk="Users that live in one account stay when their owner leaves.",
    fix="Connect Identity Center or a SAML provider, then remove the passwords of IAM users",
    cis=("v5:1.20", "v6:2.20", "v7:2.19"),
)
def people_federated(_settings: Resource, inventory: Inventory) -> Verdict:
    rows = [(each.name, each["credentials"]) for each in inventory.all("aws.iam.user")]
    people = [name for name, row in rows if row is not None and _on(row, "password_enabled")]
    if len(people) > EMERGENCY_USERS:
        return failed(f"{len(people)} users sign in with a password of this account")
    if unreported := [name for name, row in rows if row is None]:
        return unknown(f"{NOT_IN_REPORT}: {', '.join(unreported)}")
    if not people:
        return passed("no user signs in with a password of this account")
    instances = [each.id for each in inventory.all("aws.identitycenter.instance")]
    if sources := [each.id for each in inventory.all("aws.iam.saml_provider")] + instances:
        return passed(f"people come through {sources[0]}; {', '.join(people)} may be for emergencies")
    return failed(f"no federation; {', '.join(people)} signs in with a password of this account")


@check(
    "aws.iam.settings.room_below_quotas",
    on="aws.iam.settings",
    control="resilience.quotas",
    severity=Severity.LOW,
    title="IAM quotas leave room",
    risk="In a recovery, the roles and policies that it needs cannot be made.",
    fix="Request a higher quota in Service Quotas, or remove what is unused",
)
def room_below_quotas(settings: Resource) -> Verdict:
    summary = settings["summary"]
    kinds = [name for name in ("Users", "Groups", "Roles", "Policies", "InstanceProfiles") if f"{name}Quota" in summary]
    if not kinds:
        return unknown("AWS told no quotas")
    full = [name for name in kinds if summary[name] >= QUOTA_SHARE * summary[f"{name}Quota"]]
    told = ", ".join(f"{name}: {summary[name]} of {summary[f'{name}Quota']}" for name in full or kinds)
    return failed(told) if full else passed(told)


# ---------------------------------------------------------------- users


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
    if not _on(row, "password_enabled"):
        return skipped("the user has no password")
    return passed("a second factor is active") if _on(row, "mfa_active") else failed("no second factor is active")


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
    if not _on(row, "password_enabled"):
        return skipped("the user has no password, so it is a program's")
    created = _time(row["user_creation_time"])
    if created is None:
        return unknown("the credential report does not say when the user was made")
    for number in _active_keys(row):
        rotated = _time(row[f"access_key_{number}_last_rotated"])
        used = _time(row[f"access_key_{number}_last_used_date"])
        if rotated and not used and abs(rotated - created) <= SAME_MOMENT:
            return failed(
                f"access key {number} was made with the user, {(now - created).days} days ago, and never used"
            )
    return passed("no unused key dates from the user's creation")


def _credentials(row: Mapping[str, str]) -> Iterator[tuple[str, datetime | None]]:
    """Yield each active credential with its last use, or, never used, with the time since when it could be."""
    created = _time(row["user_creation_time"])
    if _on(row, "password_enabled"):
        used, changed = _time(row["password_last_used"]), _time(row["password_last_changed"])
        yield "password", used or changed or created
    for number in _active_keys(row):
        used = _time(row[f"access_key_{number}_last_used_date"])
        yield f"access key {number}", used or _time(row[f"access_key_{number}_last_rotated"]) or created


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
    if old := [f"{name} since {_day(time)}" for name, time in last if now - time >= CREDENTIAL_QUIET]:
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
    keys = _active_keys(row)
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
    for number in _active_keys(row):
        rotated = _time(row[f"access_key_{number}_last_rotated"])
        if rotated is None:
            return unknown(f"the credential report does not say how old access key {number} is")
        made.append((number, rotated))
    if not made:
        return skipped("the user has no active access key")
    if old := [f"access key {number} is of {_day(time)}" for number, time in made if now - time > KEY_AGE]:
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
    attached = [arn.rpartition("/")[2] for arn in _attached(user)]
    if own or attached:
        return failed(f"policies on the user itself: {', '.join([*own, *attached])}")
    return passed("no policy is on the user itself")


# ---------------------------------------------------------------- what policies grant

INLINE = {"aws.iam.user": "UserPolicyList", "aws.iam.role": "RolePolicyList", "aws.iam.group": "GroupPolicyList"}
Document = Mapping[str, Any]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _statements(document: Document) -> list[Mapping[str, Any]]:
    return _listed(document.get("Statement") or [])


def _inline(entity: Resource) -> list[tuple[str, Document]]:
    return [(each["PolicyName"], each["PolicyDocument"]) for each in entity["item"].get(INLINE[entity.type]) or []]


def _default(managed: Resource) -> Document:
    """Return the document of the version in force. Raises :class:`ValueError` when AWS didn't return just one."""
    versions = managed["item"]["PolicyVersionList"]
    (document,) = [each["Document"] for each in versions if each["IsDefaultVersion"]]
    return document  # type: ignore[no-any-return]


def _documents(entity: Resource, inventory: Inventory) -> Iterator[tuple[str, Document]]:
    """Yield what grants *entity* rights: its own, its attached and its groups' policies. AWS's own are not listed."""
    yield from _inline(entity)
    for arn in _attached(entity):
        if managed := inventory.get("aws.iam.policy", arn):
            yield managed.name, _default(managed)
    for name in entity["item"].get("GroupList") or []:
        for group in inventory.where("aws.iam.group", "item.GroupName", name):
            yield from _documents(group, inventory)


def _administers(entity: Resource, inventory: Inventory) -> str:
    """Return the policy that gives *entity* every right; empty when none does."""
    groups = [
        group
        for name in entity["item"].get("GroupList") or []
        for group in inventory.where("aws.iam.group", "item.GroupName", name)
    ]
    for holder in (entity, *groups):
        if any(arn.endswith(":iam::aws:policy/AdministratorAccess") for arn in _attached(holder)):
            return "AdministratorAccess" if holder is entity else f"AdministratorAccess of group {holder.name}"
    granting = (name for name, document in _documents(entity, inventory) if policy.grants_administration(document))
    return next(granting, "")


@check(
    "aws.iam.policy.not_administrator",
    on="aws.iam.policy",
    control="access.administrators",
    severity=Severity.HIGH,
    title="Attached policy does not grant everything",
    risk="Whoever takes over one holder of the policy takes over the account.",
    fix="Name the actions that are needed: aws iam create-policy-version --policy-arn {id} --set-as-default"
    " --policy-document file://policy.json",
    cis=("v5:1.15", "v6:2.15", "v7:2.14"),
)
def not_administrator(managed: Resource) -> Verdict:
    if not policy.grants_administration(_default(managed)):
        return passed("does not grant every action on every resource")
    if not managed["item"]["AttachmentCount"]:
        return passed("grants everything, but is attached to nobody")
    return failed(f"grants everything to its {managed['item']['AttachmentCount']} holder(s)")


@check(
    "aws.iam.user.not_administrator",
    on="aws.iam.user",
    control="access.administrators",
    severity=Severity.HIGH,
    title="User is no standing administrator",
    risk="A user's password or key, once stolen, is the whole account; a role's session at least ends.",
    fix="Take the policy away and let the person assume a role with a second factor",
)
def user_not_administrator(user: Resource, inventory: Inventory) -> Verdict:
    granting = _administers(user, inventory)
    return failed(f"every right through {granting}") if granting else passed("no policy grants every right")


def _trusted(role: Resource, kind: str) -> list[tuple[Mapping[str, Any], list[str]]]:
    """Return the statements that let principals of *kind* (``AWS``, ``Service``, ``Federated``) in, with those."""
    found = []
    for statement in _statements(role["item"]["AssumeRolePolicyDocument"]):
        principal = statement.get("Principal") or {}
        if principal == "*":
            principal = {"AWS": "*"}
        if statement["Effect"] == "Allow" and kind in principal:
            found.append((statement, [str(each) for each in _listed(principal[kind])]))
    return found


def _is_service_linked(role: Resource) -> bool:
    return str(role["item"]["Path"]).startswith("/aws-service-role/")


@check(
    "aws.iam.role.workload_not_administrator",
    on="aws.iam.role",
    control="access.administrators",
    severity=Severity.HIGH,
    title="No AWS service works with full administration",
    risk="Whoever gets code to run in the instance, function or pipeline holds the account.",
    fix="Replace the policy by one that names the actions that the workload needs",
)
def workload_not_administrator(role: Resource, inventory: Inventory) -> Verdict:
    services = sorted({name for _, names in _trusted(role, "Service") for name in names})
    if not services or _is_service_linked(role):
        return skipped("no service of the account's own choosing assumes this role")
    granting = _administers(role, inventory)
    if granting:
        return failed(f"{', '.join(services)} holds every right through {granting}")
    return passed("no policy grants every right")


# A resource that stands for any of its kind: "*", or an ARN whose last part is a wildcard (":role/*").
ANY_RESOURCE = re.compile(r"\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:(\*|[a-z-]+[/:]\*)")


def _is_wide(statement: Mapping[str, Any]) -> bool:
    """Tell whether a statement holds unconditionally and for any resource of its kind."""
    if statement.get("Condition"):
        return False
    return "NotResource" in statement or any(
        ANY_RESOURCE.fullmatch(each) for each in _listed(statement.get("Resource") or [])
    )


def _wide(document: Document) -> Document:
    """Return *document* without the grants that a condition or a named resource narrows."""
    kept = [each for each in _statements(document) if each["Effect"] == "Deny" or _is_wide(each)]
    return {**document, "Statement": kept}


# Ways from some rights to all rights: what the holder does, and the actions that this takes on any resource.
PASS = "iam:PassRole"
STEPS: Mapping[str, tuple[str, ...]] = {
    "rewrite a policy that it holds": ("iam:CreatePolicyVersion",),
    "go back to a wider version of a policy": ("iam:SetDefaultPolicyVersion",),
    "attach any policy to a user": ("iam:AttachUserPolicy",),
    "attach any policy to a group": ("iam:AttachGroupPolicy",),
    "attach any policy to a role": ("iam:AttachRolePolicy",),
    "write a policy into a user": ("iam:PutUserPolicy",),
    "write a policy into a group": ("iam:PutGroupPolicy",),
    "write a policy into a role": ("iam:PutRolePolicy",),
    "join any group": ("iam:AddUserToGroup",),
    "make an access key for another user": ("iam:CreateAccessKey",),
    "give another user a password": ("iam:CreateLoginProfile",),
    "change another user's password": ("iam:UpdateLoginProfile",),
    "let itself into any role": ("iam:UpdateAssumeRolePolicy",),
    "assume any role that trusts the account": ("sts:AssumeRole",),
    "lift a user's boundary": ("iam:DeleteUserPermissionsBoundary",),
    "lift a role's boundary": ("iam:DeleteRolePermissionsBoundary",),
    "start an instance with any role": (PASS, "ec2:RunInstances"),
    "make a function with any role": (PASS, "lambda:CreateFunction"),
    "make a stack with any role": (PASS, "cloudformation:CreateStack"),
    "run a container with any role": (PASS, "ecs:RegisterTaskDefinition"),
    "build with any role": (PASS, "codebuild:CreateProject"),
    "make a Glue job with any role": (PASS, "glue:CreateJob"),
    "make a Glue endpoint with any role": (PASS, "glue:CreateDevEndpoint"),
    "open a notebook with any role": (PASS, "sagemaker:CreateNotebookInstance"),
    "run an automation with any role": (PASS, "ssm:StartAutomationExecution"),
    "run a state machine with any role": (PASS, "states:CreateStateMachine"),
    "replace the code of any function": ("lambda:UpdateFunctionCode",),
    "run commands on any instance": ("ssm:SendCommand",),
}


def _steps(*documents: Document) -> list[str]:
    """Return the ways up that *documents* open together."""
    wide = [_wide(each) for each in documents]
    return [
        step
        for step, actions in STEPS.items()
        if all(any(policy.allows(each, action) for each in wide) for action in actions)
    ]


def _told(steps: list[str]) -> str:
    more = f" and {len(steps) - 3} more ways" if len(steps) > 3 else ""
    return f"its holder can {'; '.join(steps[:3])}{more}"


@check(
    "aws.iam.policy.no_escalation",
    on="aws.iam.policy",
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="Attached policy opens no way to more rights",
    risk="A holder of few rights makes itself an administrator.",
    fix="Name the roles and users that the action is needed on, and limit iam:PassRole by iam:PassedToService",
)
def no_escalation(managed: Resource) -> Verdict:
    document = _default(managed)
    if policy.grants_administration(document):
        return skipped("grants everything, which is judged on its own")
    if not managed["item"]["AttachmentCount"]:
        return skipped("attached to nobody")
    steps = _steps(document)
    return failed(_told(steps)) if steps else passed("no known way to more rights")


def _no_inline_escalation(noun: str) -> Check:
    """Return the check that the inline policies of users, roles or groups, taken together, open no way up."""

    @check(
        f"aws.iam.{noun}.no_escalation",
        on=f"aws.iam.{noun}",
        control="access.least_privilege",
        severity=Severity.HIGH,
        title=f"Inline policies of the {noun} open no way to more rights",
        risk="A holder of few rights makes itself an administrator.",
        fix="Name the roles and users that the action is needed on, and limit iam:PassRole by iam:PassedToService",
    )
    def judge(entity: Resource) -> Verdict:
        documents = [document for _, document in _inline(entity)]
        if not documents:
            return skipped("no inline policies")
        steps = _steps(*documents)
        if not steps:
            return passed("no known way to more rights")
        boundary = (entity["item"].get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
        if boundary:
            return unknown(f"{_told(steps)}, unless the boundary {boundary} forbids it")
        return failed(_told(steps))

    return judge


user_no_escalation = _no_inline_escalation("user")
role_no_escalation = _no_inline_escalation("role")
group_no_escalation = _no_inline_escalation("group")

WHOLE_SERVICE = re.compile(r"[a-z0-9-]+:\*", re.IGNORECASE)


@check(
    "aws.iam.policy.no_whole_services",
    on="aws.iam.policy",
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Attached policy names actions, not whole services",
    risk="Every action that AWS adds to the service is granted the day it appears.",
    fix="Replace the wildcard by the actions that were used: aws iam generate-service-last-accessed-details --arn {id}",
)
def no_whole_services(managed: Resource) -> Verdict:
    document = _default(managed)
    if policy.grants_administration(document):
        return skipped("grants everything, which is judged on its own")
    if not managed["item"]["AttachmentCount"]:
        return skipped("attached to nobody")
    wide = [each for each in _statements(_wide(document)) if each["Effect"] == "Allow"]
    if any("NotAction" in each for each in wide):
        return failed("grants all actions but a few, on any resource")
    actions = {action for each in wide for action in _listed(each.get("Action") or [])}
    services = sorted(action for action in actions if action == "*" or WHOLE_SERVICE.fullmatch(action))
    return (
        failed(f"grants {', '.join(services)} on any resource") if services else passed("no whole service is granted")
    )


@check(
    "aws.iam.policy.in_use",
    on="aws.iam.policy",
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Policy is in use",
    risk="Among policies that nobody holds, the wrong one is attached one day.",
    fix="aws iam delete-policy --policy-arn {id}",
)
def in_use(managed: Resource) -> Verdict:
    item = managed["item"]
    uses = item["AttachmentCount"] + (item.get("PermissionsBoundaryUsageCount") or 0)
    return passed(f"used {uses} time(s)") if uses else failed("attached to nobody and no boundary")


@check(
    "aws.iam.group.has_members",
    on="aws.iam.group",
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Group has members",
    risk="An empty group with rights waits for anybody who may add a user.",
    fix="aws iam delete-group --group-name {name}",
)
def has_members(group: Resource, inventory: Inventory) -> Verdict:
    members = list(inventory.where("aws.iam.user", "item.GroupList", group.name))
    return passed(f"{len(members)} member(s)") if members else failed("no user is in the group")


# Condition keys that tell from which network a call comes.
NETWORK_KEYS = {
    "aws:sourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourcevpcarn",
    "aws:vpceorgid",
    "aws:vpceaccount",
}


def _keys(statement: Mapping[str, Any]) -> set[str]:
    """Return the condition keys of a statement, in lower case."""
    return {key.lower() for tests in (statement.get("Condition") or {}).values() for key in tests}


@check(
    "aws.iam.user.keys_bound_to_networks",
    on="aws.iam.user",
    control="network.public_access",
    severity=Severity.LOW,
    title="Access keys work from known networks only",
    risk="A leaked key works from anywhere in the world.",
    fix="Deny, in a policy of the user, calls from other than your aws:SourceIp, except where aws:ViaAWSService is true",
)
def keys_bound_to_networks(user: Resource, inventory: Inventory) -> Verdict:
    row = user["credentials"]
    if row is None:
        return unknown(NOT_IN_REPORT)
    if not _active_keys(row):
        return skipped("the user has no active access key")
    documents = [*_documents(user, inventory), *_boundary(user, inventory)]
    for name, document in documents:
        if any(_keys(each) & NETWORK_KEYS for each in _statements(document)):
            return passed(f"{name} asks where the call comes from")
    return failed("no policy asks where a call with the key comes from")


def _boundary(entity: Resource, inventory: Inventory) -> Iterator[tuple[str, Document]]:
    boundary = entity["item"].get("PermissionsBoundary")
    managed = boundary and inventory.get("aws.iam.policy", boundary["PermissionsBoundaryArn"])
    if managed:
        yield managed.name, _default(managed)


# ---------------------------------------------------------------- who may assume a role


@check(
    "aws.iam.role.not_open_to_world",
    on="aws.iam.role",
    control="access.public_grant",
    severity=Severity.CRITICAL,
    title="Role cannot be assumed by everyone",
    risk="Anybody with an AWS account works with the role's rights.",
    fix="aws iam update-assume-role-policy --role-name {name} --policy-document file://trust.json",
)
def not_open_to_world(role: Resource) -> Verdict:
    reach = policy.reach(role["item"]["AssumeRolePolicyDocument"], account=role.account)
    if reach.level < policy.Level.PUBLIC:
        return passed("only named principals may assume the role")
    if reach.possibly:
        return unknown(f"statement {reach.statement} admits everyone under conditions that cannot be judged")
    return failed(f"statement {reach.statement} lets everyone assume the role")


ACCOUNT_ID = re.compile(r"\d{12}")
OUTSIDERS_NAMED = {"sts:externalid", "aws:principalorgid", "aws:principalorgpaths"}


def _account_of(principal: str) -> str:
    """Return the account that an AWS principal (an id or an ARN) belongs to; empty when it names none."""
    if ACCOUNT_ID.fullmatch(principal):
        return principal
    parts = principal.split(":")
    return parts[4] if len(parts) > 5 and ACCOUNT_ID.fullmatch(parts[4]) else ""


def _strangers(role: Resource) -> set[str]:
    """Return the other accounts that may assume the role with neither an external id nor an organization asked for."""
    return {
        account
        for statement, principals in _trusted(role, "AWS")
        if not _demands(statement, OUTSIDERS_NAMED)
        for principal in principals
        if (account := _account_of(principal)) and account != role.account
    }


# What a missing value fulfils demands nothing: IfExists, ForAllValues, and negations.
DEMANDING = re.compile(r"(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like))", re.IGNORECASE)


def _demanded(statement: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the condition keys that a statement demands, in lower case, with the values that it takes."""
    found: dict[str, list[str]] = {}
    for operator, tests in (statement.get("Condition") or {}).items():
        if DEMANDING.fullmatch(operator):
            for key, values in tests.items():
                found.setdefault(key.lower(), []).extend(str(each) for each in _listed(values))
    return found


def _demands(statement: Mapping[str, Any], keys: set[str]) -> bool:
    demanded = _demanded(statement)
    return any(values and "*" not in values for key, values in demanded.items() if key in keys)


def _own_accounts(inventory: Inventory) -> set[str]:
    """Return the accounts of the organization, as far as AWS shows them here: all, or the management account."""
    described = [each["organization"] for each in inventory.all("aws.organizations.organization")]
    management = {each["MasterAccountId"] for each in described if each}
    return management | {each["item"]["Id"] for each in inventory.all("aws.organizations.account")}


@check(
    "aws.iam.role.outsiders_named",
    on="aws.iam.role",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Other accounts assume the role only with an external id",
    risk="A service provider that serves many customers can be led to use the role for one of the others.",
    fix="Ask for sts:ExternalId, or for aws:PrincipalOrgID, in the trust policy: aws iam update-assume-role-policy"
    " --role-name {name}",
)
def outsiders_named(role: Resource, inventory: Inventory) -> Verdict:
    trusted = [name for _, names in _trusted(role, "AWS") for name in names]
    if not any(_account_of(name) not in ("", role.account) for name in trusted):
        return skipped("no other account may assume the role")
    strangers = _strangers(role)
    if strangers:
        strangers -= _own_accounts(inventory)
    if strangers:
        return failed(f"no external id is asked of {', '.join(sorted(strangers))}")
    return passed("other accounts are the organization's own or asked for an external id")


# Shared sign-in services tell their customers apart by another claim than the subject.
AUDIENCE_IS_ENOUGH = {
    "cognito-identity.amazonaws.com": "aud",
    "accounts.google.com": "aud",
    "graph.facebook.com": "app_id",
    "www.amazon.com": "app_id",
}
# A subject is pinned when a name stands whole before its first wildcard: "repo:acme/*", not "repo:acme*".
PINNED = re.compile(r"[^*?]+|[\w.-]+:[^*?:/]+[:/].*")


def _is_pinned(statement: Mapping[str, Any], provider: str) -> bool:
    demanded = _demanded(statement)
    claim = AUDIENCE_IS_ENOUGH.get(provider)
    if claim and f"{provider}:{claim}" in demanded:
        return True
    subjects = demanded.get(f"{provider}:sub".lower(), [])
    return bool(subjects) and all(PINNED.fullmatch(each) for each in subjects)


def _provider_name(principal: str) -> str:
    """Return the host and path of an OpenID Connect provider; empty for a SAML provider."""
    if ":saml-provider/" in principal:
        return ""
    return principal.partition(":oidc-provider/")[2] or principal


@check(
    "aws.iam.role.web_identity_pinned",
    on="aws.iam.role",
    control="access.external_trust",
    severity=Severity.HIGH,
    title="Role for outside sign-in names whose token it takes",
    risk="Every customer of the same service, say every repository on GitHub, may assume the role.",
    fix="Ask for the token's subject: StringLike on PROVIDER:sub, with the organization's name whole"
    " (repo:ORGANIZATION/REPOSITORY:*)",
)
def web_identity_pinned(role: Resource) -> Verdict:
    grants = [
        (statement, provider)
        for statement, principals in _trusted(role, "Federated")
        for principal in principals
        if (provider := _provider_name(principal))
    ]
    if not grants:
        return skipped("no OpenID Connect provider may assume the role")
    if loose := sorted({provider for statement, provider in grants if not _is_pinned(statement, provider)}):
        return failed(f"the subject of tokens from {', '.join(loose)} is not pinned to a name")
    return passed("the token's subject is pinned")


# Services that name the caller's account when they assume a role, so that the role can ask for it. IoT and Personalize
# were looked up in AWS's guides; the others are widely documented to and were not looked up one by one.
TELL_SOURCE = {
    f"{name}.amazonaws.com"
    for name in ("bedrock", "iot", "personalize", "pipes", "scheduler", "ssm", "states", "transfer", "vpc-flow-logs")
}
SOURCE_KEYS = {"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"}


@check(
    "aws.iam.role.service_source_named",
    on="aws.iam.role",
    control="access.external_trust",
    severity=Severity.LOW,
    title="Role for a service names whose resource it works for",
    risk="The service can be led by another customer to use the role (the confused deputy).",
    fix="Ask for aws:SourceAccount = {account} in the role's trust policy: aws iam update-assume-role-policy"
    " --role-name {name}",
)
def service_source_named(role: Resource) -> Verdict:
    grants = [
        (statement, name)
        for statement, names in _trusted(role, "Service")
        for name in names
        if name in TELL_SOURCE and not _is_service_linked(role)
    ]
    if not grants:
        return skipped("no service that tells whose resource it works for may assume the role")
    if loose := sorted({name for statement, name in grants if not _demands(statement, SOURCE_KEYS)}):
        return failed(f"{', '.join(loose)} may assume the role for any account")
    return passed("services are asked for the account or resource that they work for")


@check(
    "aws.iam.role.used",
    on="aws.iam.role",
    control="access.unused",
    severity=Severity.LOW,
    title="Role was used within 90 days",
    risk="Nobody notices when a forgotten role is used by somebody else.",
    fix="aws iam delete-role --role-name {name}, after its policies and instance profiles",
)
def used(role: Resource, now: datetime) -> Verdict:
    if str(role["item"]["Path"]).startswith(("/aws-service-role/", "/aws-reserved/")):
        return skipped("AWS made the role and removes it")
    last = _time((role["item"].get("RoleLastUsed") or {}).get("LastUsedDate"))
    since = last or _time(role["item"]["CreateDate"])
    if since is None:
        return unknown("AWS does not say when the role was made")
    if now - since >= ROLE_QUIET:
        return failed(f"last used on {_day(last)}" if last else f"never used since {_day(since)}")
    return passed(f"{'used' if last else 'made'} on {_day(since)}", until=since + ROLE_QUIET)


# ---------------------------------------------------------------- certificates and sign-in providers


@check(
    "aws.iam.server_certificate.not_expired",
    on="aws.iam.server_certificate",
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="Server certificate has not expired",
    risk="Clients are refused, or are taught to ignore the warning.",
    fix="aws iam delete-server-certificate --server-certificate-name {name}; use Certificate Manager, which renews",
    cis=("v5:1.18", "v6:2.18", "v7:2.17"),
)
def not_expired(certificate: Resource, now: datetime) -> Verdict:
    end = _time(certificate["item"].get("Expiration"))
    if end is None:
        return unknown("AWS does not say when the certificate expires")
    return failed(f"expired on {_day(end)}") if end <= now else passed(f"valid until {_day(end)}", until=end)


@check(
    "aws.iam.saml_provider.metadata_valid",
    on="aws.iam.saml_provider",
    control="directory.federation",
    severity=Severity.MEDIUM,
    title="SAML provider's metadata is valid",
    risk="When the metadata expires, nobody signs in any more, and people fall back to passwords and keys.",
    fix="aws iam update-saml-provider --saml-provider-arn {id} --saml-metadata-document file://metadata.xml",
)
def metadata_valid(provider: Resource, now: datetime) -> Verdict:
    end = _time(provider["item"].get("ValidUntil"))
    if end is None:
        return unknown("AWS does not say until when the metadata is valid")
    return failed(f"expired on {_day(end)}") if end <= now else passed(f"valid until {_day(end)}", until=end)


@check(
    "aws.iam.oidc_provider.trusted_by_role",
    on="aws.iam.oidc_provider",
    control="directory.federation",
    severity=Severity.INFORMATIONAL,
    title="OpenID Connect provider is used by a role",
    risk="A trust into the account that nobody needs is one trust policy away from being a way in.",
    fix="aws iam delete-open-id-connect-provider --open-id-connect-provider-arn {id}",
)
def trusted_by_role(provider: Resource, inventory: Inventory) -> Verdict:
    for role in inventory.all("aws.iam.role"):
        if any(fnmatchcase(provider.id, name) for _, names in _trusted(role, "Federated") for name in names):
            return passed(f"role {role.name} trusts it")
    return failed("no role trusts the provider")
