"""Checks on AWS IAM Identity Center. Its settings for second factors are not on any API, so none is judged here."""

import re

from checks.aws import rights
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

LONGEST_HOURS = 8
LONGEST_ADMINISTRATOR_HOURS = 4
DURATION = re.compile(r"PT(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?|P(?P<days>\d+)D")


def _elsewhere(instance: Resource) -> Verdict | None:
    """Return the verdict on an instance that is seen, but not owned, by the account."""
    owner = instance["item"]["OwnerAccountId"]
    return None if owner == instance.account else skipped(f"the instance belongs to account {owner}")


@check(
    "aws.identitycenter.instance.organization_wide",
    on="aws.identitycenter.instance",
    control="directory.federation",
    severity=Severity.MEDIUM,
    title="Identity Center is the organization's, not the account's own",
    risk="A directory beside the organization's has its own users, whom nobody removes when they leave.",
    fix="Delete the account instance and use the organization's instance",
)
def organization_wide(instance: Resource, inventory: Inventory) -> Verdict:
    owner = instance["item"]["OwnerAccountId"]
    for each in inventory.all("aws.organizations.organization"):
        if described := each["organization"]:
            management = described["MasterAccountId"]
            if owner == management:
                return passed(f"owned by the management account {management}")
            return failed(f"an account instance of {owner}, outside the organization's own")
    return skipped("the account is in no organization")


@check(
    "aws.identitycenter.instance.customer_key",
    on="aws.identitycenter.instance",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Identity Center is encrypted with the customer's own key",
    risk="Access to stored identities cannot be limited, or ended, by a key of one's own.",
    fix="aws sso-admin update-instance --instance-arn {id} --encryption-configuration KeyType=CUSTOMER_MANAGED_KEY,...",
)
def customer_key(instance: Resource) -> Verdict:
    if verdict := _elsewhere(instance):
        return verdict
    key = instance["details"].get("EncryptionConfigurationDetails") or {}
    if key.get("KeyType") == "CUSTOMER_MANAGED_KEY":
        return passed(f"encrypted with {key.get('KmsKeyArn')}")
    return failed("encrypted with a key that AWS owns")


@check(
    "aws.identitycenter.instance.network_limited",
    on="aws.identitycenter.instance",
    control="network.public_access",
    severity=Severity.LOW,
    title="Identity Center is used from known networks only",
    risk="A stolen session works from anywhere.",
    fix="Set the instance's network configuration: require VPC endpoints and name the address ranges that are allowed",
)
def network_limited(instance: Resource) -> Verdict:
    if verdict := _elsewhere(instance):
        return verdict
    network = instance["details"].get("NetworkConfigurationDetails") or {}
    if not network.get("VpceAccessRequired"):
        return failed("sign-in is possible from any network")
    ranges = network.get("AllowSourceIps") or []
    if everywhere := {"0.0.0.0/0", "::/0"} & set(ranges):
        return failed(f"{', '.join(sorted(everywhere))} is an allowed source")
    return passed(f"VPC endpoints required; also allowed: {', '.join(ranges) or 'nothing'}")


@check(
    "aws.identitycenter.instance.several_regions",
    on="aws.identitycenter.instance",
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Identity Center runs in more than one region",
    risk="When the one region fails, nobody can sign in to any account to help.",
    fix="Add a region to the instance, and keep emergency access that does not need it",
)
def several_regions(instance: Resource) -> Verdict:
    if verdict := _elsewhere(instance):
        return verdict
    regions = [each["RegionName"] for each in instance["item"].get("Regions") or [] if each["Status"] == "ACTIVE"]
    if len(regions) > 1:
        return passed(f"runs in {', '.join(sorted(regions))}")
    return failed("runs in one region")


@check(
    "aws.identitycenter.instance.administered_by_delegate",
    on="aws.identitycenter.instance",
    control="governance.delegation",
    severity=Severity.LOW,
    title="Identity Center is administered outside the management account",
    risk="Whoever manages users must sign in to the account that stands above every guardrail.",
    fix="aws organizations register-delegated-administrator --account-id ID --service-principal sso.amazonaws.com",
)
def administered_by_delegate(instance: Resource, inventory: Inventory) -> Verdict:
    if verdict := _elsewhere(instance):
        return verdict
    for each in inventory.all("aws.organizations.delegated_administrator"):
        if any(service["ServicePrincipal"] == "sso.amazonaws.com" for service in each["services"] or []):
            return passed(f"delegated to {each['item']['Id']}")
    return failed("no account is a delegated administrator of Identity Center")


def _hours(duration: str) -> float:
    """Return the hours of an ISO 8601 duration (``PT8H``, ``PT1H30M``). Raises :class:`ValueError` for any other."""
    match = DURATION.fullmatch(duration)
    if not match:
        raise ValueError(duration)
    part = {name: int(value) for name, value in match.groupdict(default="0").items()}
    return part["days"] * 24 + part["hours"] + part["minutes"] / 60 + part["seconds"] / 3600


# AWS gives a permission set without a duration one hour.
def _session(permission_set: Resource) -> float:
    return _hours(permission_set["settings"].get("SessionDuration") or "PT1H")


@check(
    "aws.identitycenter.permission_set.session_short",
    on="aws.identitycenter.permission_set",
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Sessions end within a working day",
    risk="A session taken from a laptop stays good long after its owner has gone home.",
    fix="aws sso-admin update-permission-set --permission-set-arn {id} --session-duration PT8H --instance-arn INSTANCE",
)
def session_short(permission_set: Resource) -> Verdict:
    hours = _session(permission_set)
    said = f"sessions last {hours:g} hours"
    return passed(said) if hours <= LONGEST_HOURS else failed(said)


@check(
    "aws.identitycenter.permission_set.administrator_session_short",
    on="aws.identitycenter.permission_set",
    control="access.administrators",
    severity=Severity.MEDIUM,
    title="Sessions with full administration are short",
    risk="Whoever takes over the browser of an administrator holds the account for the rest of the session.",
    fix="aws sso-admin update-permission-set --permission-set-arn {id} --session-duration PT1H --instance-arn INSTANCE",
)
def administrator_session_short(permission_set: Resource) -> Verdict:
    attached = [each["Arn"] for each in permission_set["managed_policies"] or []]
    everything = any(arn.endswith(":policy/AdministratorAccess") for arn in attached)
    if not everything and not rights.grants_administration(permission_set["inline_policy"]):
        return skipped("not an administrator's permission set")
    hours = _session(permission_set)
    said = f"administrator sessions last {hours:g} hours"
    return passed(said) if hours <= LONGEST_ADMINISTRATOR_HOURS else failed(said)
