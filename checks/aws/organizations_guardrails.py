"""Checks on the guardrails of AWS Organizations: which policies there are, and whether they reach every account."""

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from checks.aws.iam_read import NETWORK_KEYS, condition_keys
from checks.aws.organizations import members, not_due, places
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

SERVICE_CONTROL, RESOURCE_CONTROL = (
    "aws.organizations.service_control_policy",
    "aws.organizations.resource_control_policy",
)
Statement = Mapping[str, Any]


def _statements(policy: Resource) -> list[Statement]:
    found = (policy["document"] or {}).get("Statement") or []
    return found if isinstance(found, list) else [found]


def _restricts(statement: Statement) -> bool:
    return bool(statement["Effect"] == "Deny")


def _asks(keys: frozenset[str]) -> Callable[[Statement], bool]:
    """Return a test for a Deny that depends on one of the condition *keys* (in lower case)."""

    def test(statement: Statement) -> bool:
        return _restricts(statement) and bool(condition_keys(statement) & keys)

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


def _reach(organization: Resource, inventory: Inventory, guards: Iterable[Resource], what: str) -> Verdict:
    """Judge whether the policies *guards* together reach every member account."""
    accounts, guards = members(organization, inventory), list(guards)
    if not accounts:
        return skipped("the organization has no member accounts")
    targets = {target["TargetId"] for guard in guards for target in guard["targets"] or []}
    if targets & {root["Id"] for root in organization["roots"]}:
        return passed(f"{what} at the organization's root")
    if not targets:
        return failed(f"no attached policy is {what}")
    bare = [member for member in accounts if not places(member) & targets]
    if not bare:
        return passed(f"{what} on all {len(accounts)} member accounts")
    if any(target.startswith("ou-") for target in targets) and not all(each["item"].get("Paths") for each in bare):
        return unknown("AWS did not tell in which units the accounts are")
    shown = ", ".join(each["item"]["Id"] for each in bare[:3])
    return failed(f"not on {len(bare)} of {len(accounts)} member accounts: {shown}")


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
    service: str = "",
    cis: tuple[str, ...] = (),
) -> Check:
    """Return the check that policies of *kinds* with a *wanted* statement reach every member account."""

    @check(
        f"aws.organizations.organization.{name}",
        on="aws.organizations.organization",
        service=service,
        control=control,
        severity=severity,
        title=title,
        risk=risk,
        fix=fix,
        cis=cis,
    )
    def judge(organization: Resource, inventory: Inventory) -> Verdict:
        if verdict := not_due(organization):
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
    _asks(NETWORK_KEYS),
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
keys_protected = _guardrail(
    "keys_protected",
    _forbids("kms:ScheduleKeyDeletion"),
    "a policy that protects keys",
    service="aws.kms",
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Accounts cannot delete keys by themselves",
    risk="Whoever took over an account takes all its data for ransom by having its keys deleted.",
    fix="Attach a policy that denies kms:ScheduleKeyDeletion to all but a role that a second person must approve",
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
    if verdict := not_due(organization):
        return verdict
    return _reach(organization, inventory, inventory.all("aws.organizations.backup_policy"), "a backup policy")
