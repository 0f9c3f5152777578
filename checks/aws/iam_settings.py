"""Checks on the root user and on the settings that hold for a whole account in AWS IAM."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from checks.aws.iam_read import NOT_IN_REPORT, attached, is_on
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

ROOT_QUIET = timedelta(days=30)
PASSWORD_LENGTH, PASSWORDS_REMEMBERED = 14, 24
PASSWORD_KINDS = {
    "RequireUppercaseCharacters": "capital letters",
    "RequireLowercaseCharacters": "small letters",
    "RequireNumbers": "digits",
    "RequireSymbols": "symbols",
}
EMERGENCY_USERS = 2
QUOTA_SHARE = 0.9


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
    uses = [time for field in fields if (time := time_of(root[field]))]
    if not uses:
        return passed("no use of the root user is on record")
    said = f"the root user was last used on {day(max(uses))}"
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


@check(
    "aws.iam.settings.password_kinds",
    on="aws.iam.settings",
    control="identity.password_policy",
    severity=Severity.LOW,
    title="Passwords mix letters, digits and symbols",
    risk="Words and names are passwords, and the first to be guessed.",
    fix="aws iam update-account-password-policy --require-uppercase-characters --require-lowercase-characters"
    " --require-numbers --require-symbols with the other settings repeated",
)
def password_kinds(settings: Resource) -> Verdict:
    rules = settings["password_policy"]
    if rules is None:
        return failed("no password policy is set; AWS's default asks for three of the four kinds")
    missing = [kind for field, kind in PASSWORD_KINDS.items() if not rules.get(field)]
    return failed(f"passwords need no {', '.join(missing)}") if missing else passed("all four kinds are required")


def _holders(inventory: Inventory, name: str) -> list[str]:
    """Return who has AWS's own policy *name* attached."""
    return [
        f"{kind} {each.name}"
        for kind in ("role", "group", "user")
        for each in inventory.all(f"aws.iam.{kind}")
        if any(arn.endswith(f":iam::aws:policy/{name}") for arn in attached(each))
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
    people = [name for name, row in rows if row is not None and is_on(row, "password_enabled")]
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
