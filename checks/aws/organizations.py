"""Checks on AWS Organizations.

Only the management account can answer most of them; on every other account they are not due, because the organization
itself says which account that is.
"""

from collections import Counter

from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

MOST_DELEGATES = 3
# What runs a business, as against what runs an organization (roles, trails, buckets for logs, small automation).
WORKLOADS = ("aws.ec2.instance", "aws.rds.instance", "aws.aurora.cluster", "aws.eks.cluster", "aws.dynamodb.table")


def not_due(organization: Resource) -> Verdict | None:
    """Return why *organization* cannot be judged from this account; ``None`` when it can."""
    described = organization["organization"]
    if described is None:
        return skipped("the account is in no organization")
    if described["MasterAccountId"] != organization.account:
        return skipped(f"judged on the management account {described['MasterAccountId']}")
    if not organization["roots"]:
        return unknown("AWS shows the management account no root of its organization")
    return None


def members(organization: Resource, inventory: Inventory) -> list[Resource]:
    """Return the active accounts that guardrails can hold: they never hold the management account."""
    return [
        each
        for each in inventory.all("aws.organizations.account")
        if each["item"].get("State", each["item"].get("Status")) == "ACTIVE" and each["item"]["Id"] != organization.account
    ]


def places(member: Resource) -> set[str]:
    """Return the ids of the account and of the root and units above it, as far as AWS told."""
    paths = member["item"].get("Paths") or []
    return {member["item"]["Id"], *(part for path in paths for part in path.split("/") if part)}


@check(
    "aws.organizations.organization.all_features",
    on="aws.organizations.organization",
    control="governance.guardrails",
    severity=Severity.MEDIUM,
    title="Organization has all features",
    risk="With consolidated billing alone no guardrail can hold on any account.",
    fix="aws organizations enable-all-features",
)
def all_features(organization: Resource) -> Verdict:
    if verdict := not_due(organization):
        return verdict
    features = organization["organization"]["FeatureSet"]
    return (passed if features == "ALL" else failed)(f"the feature set is {features}")


@check(
    "aws.organizations.organization.root_credentials_central",
    on="aws.organizations.organization",
    control="identity.root",
    severity=Severity.MEDIUM,
    title="Root credentials of member accounts are managed centrally",
    risk="Every member account has a root user of its own, with a password that can be reset by mail.",
    fix="aws iam enable-organizations-root-credentials-management, then delete the members' root credentials",
    cis=("v7:2.1.1",),
)
def root_credentials_central(organization: Resource) -> Verdict:
    if verdict := not_due(organization):
        return verdict
    features = organization["root_access"] or []
    if "RootCredentialsManagement" in features:
        return passed("root credentials are managed centrally")
    return failed("each account manages its own root credentials")


# ---------------------------------------------------------------- services that work for the whole organization


def _integrated(name: str, principal: str, *, control: str, severity: Severity, title: str, risk: str) -> Check:
    """Return the check that the service *principal* may work in all accounts of the organization."""

    @check(
        f"aws.organizations.organization.{name}",
        on="aws.organizations.organization",
        control=control,
        severity=severity,
        title=title,
        risk=risk,
        fix=f"Enable trusted access for {principal} from the service's own console or API",
    )
    def judge(organization: Resource) -> Verdict:
        if verdict := not_due(organization):
            return verdict
        services = {each["ServicePrincipal"] for each in organization["service_access"] or []}
        return (passed if principal in services else failed)(
            f"{principal} has {'' if principal in services else 'no '}access to the organization"
        )

    return judge


trails_central = _integrated(
    "trails_central",
    "cloudtrail.amazonaws.com",
    control="logging.audit_trail",
    severity=Severity.LOW,
    title="CloudTrail can record the whole organization",
    risk="New accounts are recorded only when somebody remembers to.",
)
detectors_central = _integrated(
    "detectors_central",
    "guardduty.amazonaws.com",
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="GuardDuty can watch the whole organization",
    risk="New accounts are watched only when somebody remembers to.",
)
sign_in_central = _integrated(
    "sign_in_central",
    "sso.amazonaws.com",
    control="directory.federation",
    severity=Severity.LOW,
    title="Identity Center can serve the whole organization",
    risk="Each account has people of its own, whom nobody removes when they leave.",
)


# ---------------------------------------------------------------- how the organization is run


@check(
    "aws.organizations.organization.management_without_workloads",
    on="aws.organizations.organization",
    control="governance.guardrails",
    severity=Severity.MEDIUM,
    title="The management account runs no workloads",
    risk="No guardrail holds the management account, so a break-in through a workload there reaches every account.",
    fix="Move the workloads to member accounts",
    cis=("v7:2.1.3",),
)
def management_without_workloads(organization: Resource, inventory: Inventory) -> Verdict:
    if verdict := not_due(organization):
        return verdict
    found = {kind: sum(1 for _ in inventory.all(kind)) for kind in WORKLOADS}
    if running := [f"{number} {kind}" for kind, number in found.items() if number]:
        return failed(f"in the management account: {', '.join(running)}")
    return passed("no machines, clusters, databases or tables in the management account")


@check(
    "aws.organizations.organization.units_separate",
    on="aws.organizations.organization",
    control="governance.guardrails",
    severity=Severity.LOW,
    title="Units separate environments",
    risk="Production and experiments live under the same guardrails, so that these fit neither.",
    fix="Make a unit for each environment and move the accounts: aws organizations move-account",
    cis=("v7:2.1.4",),
)
def units_separate(organization: Resource, inventory: Inventory) -> Verdict:
    if verdict := not_due(organization):
        return verdict
    accounts = members(organization, inventory)
    if not accounts:
        return skipped("the organization has no member accounts")
    if not all(each["item"].get("Paths") for each in accounts):
        return unknown("AWS did not tell in which units the accounts are")
    units = {each["item"]["Id"]: {place for place in places(each) if place.startswith("ou-")} for each in accounts}
    if outside := [account for account, places in units.items() if not places]:
        return failed(f"{len(outside)} account(s) in no unit: {', '.join(outside[:3])}")
    number = len(set.union(*units.values()))
    if number == 1:
        return failed("all accounts are in one unit")
    return passed(f"{number} units hold the accounts; whether they are the environments is for a person to confirm")


@check(
    "aws.organizations.organization.administration_delegated",
    on="aws.organizations.organization",
    control="governance.delegation",
    severity=Severity.LOW,
    title="Services are administered outside the management account",
    risk="Daily work is done in the account that stands above every guardrail.",
    fix="aws organizations register-delegated-administrator --account-id ID --service-principal SERVICE",
    cis=("v7:2.1.5",),
)
def administration_delegated(organization: Resource, inventory: Inventory) -> Verdict:
    if verdict := not_due(organization):
        return verdict
    delegates = list(inventory.all("aws.organizations.delegated_administrator"))
    if not delegates:
        return failed("no account is a delegated administrator")
    return passed(f"{len(delegates)} delegated administrator account(s)")


@check(
    "aws.organizations.organization.delegates_few",
    on="aws.organizations.organization",
    control="governance.delegation",
    severity=Severity.LOW,
    title="Delegated administrators are few, and active",
    risk="Every delegate is one more account from which the whole organization can be reached.",
    fix="aws organizations deregister-delegated-administrator --account-id ID --service-principal SERVICE",
    cis=("v7:2.1.6",),
)
def delegates_few(organization: Resource, inventory: Inventory) -> Verdict:
    if verdict := not_due(organization):
        return verdict
    delegates = list(inventory.all("aws.organizations.delegated_administrator"))
    if not delegates:
        return skipped("no account is a delegated administrator")
    if closed := [each["item"]["Id"] for each in delegates if each["item"].get("State", "ACTIVE") != "ACTIVE"]:
        return failed(f"not active, yet a delegate: {', '.join(closed)}")
    services = Counter(service["ServicePrincipal"] for each in delegates for service in each["services"] or [])
    if crowded := [f"{name} by {number}" for name, number in services.items() if number > MOST_DELEGATES]:
        return failed(f"administered by many accounts: {', '.join(sorted(crowded))}")
    return passed(f"{len(delegates)} account(s), {MOST_DELEGATES} a service at most")
