"""Checks on AWS Organizations.

Only the management account can answer most of them; on every other account they are not due, because the organization
itself says which account that is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

SERVICE_CONTROL, RESOURCE_CONTROL = (
    "aws.organizations.service_control_policy",
    "aws.organizations.resource_control_policy",
)
MOST_DELEGATES = 3
# What runs a business, as against what runs an organization (roles, trails, buckets for logs, small automation).
WORKLOADS = ("aws.ec2.instance", "aws.rds.instance", "aws.aurora.cluster", "aws.eks.cluster", "aws.dynamodb.table")

Statement = Mapping[str, Any]


def _not_due(organization: Resource) -> Verdict | None:
    """Return why *organization* cannot be judged from this account; ``None`` when it can."""
    described = organization["organization"]
    if described is None:
        return skipped("the account is in no organization")
    if described["MasterAccountId"] != organization.account:
        return skipped(f"judged on the management account {described['MasterAccountId']}")
    if not organization["roots"]:
        return unknown("AWS shows the management account no root of its organization")
    return None


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
    if verdict := _not_due(organization):
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
    if verdict := _not_due(organization):
        return verdict
    features = organization["root_access"] or []
    if "RootCredentialsManagement" in features:
        return passed("root credentials are managed centrally")
    return failed("each account manages its own root credentials")


# ---------------------------------------------------------------- guardrails: organization policies and whom they reach


def _statements(policy: Resource) -> list[Statement]:
    found = (policy["document"] or {}).get("Statement") or []
    return found if isinstance(found, list) else [found]


def _restricts(statement: Statement) -> bool:
    return statement["Effect"] == "Deny"


def _asks(keys: frozenset[str]) -> Callable[[Statement], bool]:
    """Return a test for a Deny that depends on one of the condition *keys* (in lower case)."""

    def test(statement: Statement) -> bool:
        asked = {key.lower() for tests in (statement.get("Condition") or {}).values() for key in tests}
        return _restricts(statement) and bool(asked & keys)

    return test


def _forbids(*actions: str) -> Callable[[Statement], bool]:
    """Return a test for a Deny of all *actions*; conditions may exempt somebody."""

    def test(statement: Statement) -> bool:
        return _restricts(statement) and all(_names(statement, action) for action in actions)

    return test


def _names(statement: Statement, action: str) -> bool:
    def any_of(patterns: str | list[str]) -> bool:
        each = [patterns] if isinstance(patterns, str) else patterns
        return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in each)

    if "NotAction" in statement:
        return not any_of(statement["NotAction"])
    return any_of(statement.get("Action") or [])


def _members(organization: Resource, inventory: Inventory) -> list[Resource]:
    """Return the active accounts that guardrails can hold: they never hold the management account."""
    return [
        each
        for each in inventory.all("aws.organizations.account")
        if each["item"].get("State", each["item"].get("Status")) == "ACTIVE"
        and each["item"]["Id"] != organization.account
    ]


def _places(member: Resource) -> set[str]:
    """Return the ids of the account and of the root and units above it, as far as AWS told."""
    paths = member["item"].get("Paths") or []
    return {member["item"]["Id"], *(part for path in paths for part in path.split("/") if part)}


def _reach(organization: Resource, inventory: Inventory, guards: Iterable[Resource], what: str) -> Verdict:
    """Judge whether the policies *guards* together reach every member account."""
    members, guards = _members(organization, inventory), list(guards)
    if not members:
        return skipped("the organization has no member accounts")
    targets = {target["TargetId"] for guard in guards for target in guard["targets"] or []}
    if targets & {root["Id"] for root in organization["roots"]}:
        return passed(f"{what} at the organization's root")
    if not targets:
        return failed(f"no attached policy is {what}")
    bare = [member for member in members if not _places(member) & targets]
    if not bare:
        return passed(f"{what} on all {len(members)} member accounts")
    if any(target.startswith("ou-") for target in targets) and not all(each["item"].get("Paths") for each in bare):
        return unknown("AWS did not tell in which units the accounts are")
    shown = ", ".join(each["item"]["Id"] for each in bare[:3])
    return failed(f"not on {len(bare)} of {len(members)} member accounts: {shown}")


def _guardrail(
    name: str,
    wanted: Callable[[Statement], bool],
    what: str,
    *,
    control: str,
    severity: Severity,
    title: str,
    risk: str,
    fix: str,
    kinds: tuple[str, ...] = (SERVICE_CONTROL, RESOURCE_CONTROL),
    cis: tuple[str, ...] = (),
) -> Check:
    """Return the check that policies of *kinds* with a *wanted* statement reach every member account."""

    @check(
        f"aws.organizations.organization.{name}",
        on="aws.organizations.organization",
        control=control,
        severity=severity,
        title=title,
        risk=risk,
        fix=fix,
        cis=cis,
    )
    def judge(organization: Resource, inventory: Inventory) -> Verdict:
        if verdict := _not_due(organization):
            return verdict
        policies = (each for kind in kinds for each in inventory.all(kind))
        guards = [each for each in policies if any(wanted(statement) for statement in _statements(each))]
        return _reach(organization, inventory, guards, what)

    return judge


service_control_in_force = _guardrail(
    "service_control_in_force",
    _restricts,
    "a service control policy that forbids something",
    kinds=(SERVICE_CONTROL,),
    control="governance.guardrails",
    severity=Severity.MEDIUM,
    title="Service control policies hold on all accounts",
    risk="An administrator of a member account, or whoever took over one, may do everything there.",
    fix="aws organizations attach-policy --policy-id POLICY --target-id ROOT",
    cis=("v7:2.1.2",),
)
resource_control_in_force = _guardrail(
    "resource_control_in_force",
    _restricts,
    "a resource control policy that forbids something",
    kinds=(RESOURCE_CONTROL,),
    control="governance.guardrails",
    severity=Severity.MEDIUM,
    title="Resource control policies hold on all accounts",
    risk="One careless bucket or key policy in any account admits strangers.",
    fix="aws organizations enable-policy-type --policy-type RESOURCE_CONTROL_POLICY, then attach one to the root",
    cis=("v7:2.1.2",),
)
networks_limited = _guardrail(
    "networks_limited",
    _asks(
        frozenset(
            {"aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid"}
        )
    ),
    "a policy that asks where calls come from",
    control="network.public_access",
    severity=Severity.LOW,
    title="Guardrails ask from which network a call comes",
    risk="Stolen credentials work from anywhere in the world.",
    fix="Deny calls from other than aws:SourceIp and aws:SourceVpc of your own, except where aws:ViaAWSService is true",
)
outsiders_kept_out = _guardrail(
    "outsiders_kept_out",
    _asks(frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount"})),
    "a policy that asks for the organization's own callers",
    kinds=(RESOURCE_CONTROL,),
    control="access.external_trust",
    severity=Severity.LOW,
    title="Guardrails keep outsiders from the organization's resources",
    risk="One careless bucket, role or key policy in any account admits strangers.",
    fix="Attach a resource control policy that denies callers whose aws:PrincipalOrgID is another",
)
data_kept_in = _guardrail(
    "data_kept_in",
    _asks(frozenset({"aws:resourceorgid", "aws:resourceorgpaths", "aws:resourceaccount"})),
    "a policy that asks for the organization's own resources",
    kinds=(SERVICE_CONTROL,),
    control="data.external_sharing",
    severity=Severity.LOW,
    title="Guardrails keep data from strangers' resources",
    risk="Anybody with rights in an account copies data to a bucket of their own elsewhere.",
    fix="Attach a service control policy that denies resources whose aws:ResourceOrgID is another",
)
transport_encrypted = _guardrail(
    "transport_encrypted",
    _asks(frozenset({"aws:securetransport", "s3:tlsversion"})),
    "a policy that refuses plain HTTP",
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Guardrails refuse calls without TLS",
    risk="Every bucket and queue policy must remember to refuse plain HTTP by itself.",
    fix="Attach a resource control policy that denies calls when aws:SecureTransport is false",
)
regions_limited = _guardrail(
    "regions_limited",
    _asks(frozenset({"aws:requestedregion"})),
    "a policy that limits regions",
    kinds=(SERVICE_CONTROL,),
    control="governance.guardrails",
    severity=Severity.LOW,
    title="Guardrails limit the regions that accounts use",
    risk="Data lies, and machines run, in regions that nobody watches or may use.",
    fix="Attach a service control policy that denies other values of aws:RequestedRegion",
)
leaving_forbidden = _guardrail(
    "leaving_forbidden",
    _forbids("organizations:LeaveOrganization"),
    "a policy that forbids leaving the organization",
    kinds=(SERVICE_CONTROL,),
    control="governance.guardrails",
    severity=Severity.MEDIUM,
    title="Accounts cannot leave the organization",
    risk="Whoever took over an account takes it out from under every guardrail.",
    fix="Attach a service control policy that denies organizations:LeaveOrganization to the root",
)
trails_protected = _guardrail(
    "trails_protected",
    _forbids("cloudtrail:StopLogging", "cloudtrail:DeleteTrail"),
    "a policy that protects trails",
    kinds=(SERVICE_CONTROL,),
    control="logging.integrity",
    severity=Severity.LOW,
    title="Accounts cannot stop their trails",
    risk="The first step of an intruder is to switch the recording off.",
    fix="Attach a service control policy that denies cloudtrail:StopLogging and cloudtrail:DeleteTrail",
)
detectors_protected = _guardrail(
    "detectors_protected",
    _forbids("guardduty:DeleteDetector", "guardduty:UpdateDetector"),
    "a policy that protects detectors",
    kinds=(SERVICE_CONTROL,),
    control="detection.threat_detector",
    severity=Severity.LOW,
    title="Accounts cannot stop their threat detectors",
    risk="The second step of an intruder is to switch the alarm off.",
    fix="Attach a service control policy that denies guardduty:DeleteDetector and guardduty:UpdateDetector",
)


@check(
    "aws.organizations.organization.backup_policies_in_force",
    on="aws.organizations.organization",
    control="resilience.backup",
    severity=Severity.LOW,
    title="Backup policies hold on all accounts",
    risk="Backups depend on every team's memory.",
    fix="aws organizations enable-policy-type --policy-type BACKUP_POLICY, then attach one to the root",
)
def backup_policies_in_force(organization: Resource, inventory: Inventory) -> Verdict:
    if verdict := _not_due(organization):
        return verdict
    return _reach(organization, inventory, inventory.all("aws.organizations.backup_policy"), "a backup policy")


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
        if verdict := _not_due(organization):
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
    if verdict := _not_due(organization):
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
    if verdict := _not_due(organization):
        return verdict
    members = _members(organization, inventory)
    if not members:
        return skipped("the organization has no member accounts")
    if not all(each["item"].get("Paths") for each in members):
        return unknown("AWS did not tell in which units the accounts are")
    units = {each["item"]["Id"]: {place for place in _places(each) if place.startswith("ou-")} for each in members}
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
    if verdict := _not_due(organization):
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
    if verdict := _not_due(organization):
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
