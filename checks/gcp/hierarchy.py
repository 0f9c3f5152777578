"""Checks on who is granted what on projects, folders and organizations, each judged where it is granted.

Where rights add up, the grants of the nodes above count too; but what those alone bring about is told of them, not of
everything below. Only a project carries what is above it: of a folder in between, nothing is said that it cannot know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from checks.gcp import lineage, policy, roles, sharing
from checks.gcp.conditions import Attributes
from checks.gcp.policy import Binding, Denial, Grant, Keep, Powers
from checks.gcp.read import in_words
from checks.kinds import Kind, each
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, unknown

PROJECT = Kind(lineage.PROJECT, "Project", "projects")
NODES = (
    PROJECT,
    Kind(lineage.FOLDER, "Folder", "resource-manager folders"),
    Kind(lineage.ORGANIZATION, "Organization", "organizations"),
)
TAKE_AWAY = "gcloud MODIFY remove-iam-policy-binding {name} --member=MEMBER --role=ROLE"

AS_ACCOUNTS = frozenset({"roles/iam.serviceAccountUser", "roles/iam.serviceAccountTokenCreator"})
Duties = tuple[frozenset[str], frozenset[str]]
ACCOUNT_DUTIES: Duties = (frozenset({"roles/iam.serviceAccountAdmin"}), frozenset({"roles/iam.serviceAccountUser"}))
KEY_DUTIES: Duties = (
    frozenset({"roles/cloudkms.admin"}),
    frozenset(
        {
            "roles/cloudkms.cryptoKeyDecrypter",
            "roles/cloudkms.cryptoKeyEncrypter",
            "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        }
    ),
)


def held(node: Resource, now: datetime) -> list[Grant]:
    """Return what is granted on the node itself, but to the accounts of Google's own services."""
    granted = policy.bindings(node["iam_policy"])
    return [grant for grant in policy.grants(granted, policy.at_time(now)) if not policy.is_agent(grant.member)]


def _judged(found: Iterable[Grant], good: str) -> Verdict:
    """Fail for grants that are certain; those that a condition may take away leave it open."""
    every = list(found)
    if certain := [grant for grant in every if grant.certain]:
        return failed(sharing.told(certain))
    return unknown(f"{sharing.told(every)} under conditions that cannot be judged") if every else passed(good)


@each(
    NODES,
    "nobody_unnamed",
    control="access.public_grant",
    severity=Severity.CRITICAL,
    title="NOUN grants nothing to everyone",
    risk="Anybody on the internet works with the role on everything below.",
    fix=TAKE_AWAY,
)
def nobody_unnamed(node: Resource, now: datetime) -> Verdict:
    return sharing.admits_the_named(policy.bindings(node["iam_policy"]), policy.at_time(now))


@each(
    NODES,
    "company_accounts",
    control="directory.federation",
    severity=Severity.HIGH,
    title="NOUN grants nothing to private Google accounts",
    risk="The account stays when its owner leaves, and nobody here can ask for a second factor or lock it.",
    fix=TAKE_AWAY,
    cis=("v4:1.1", "v5:1.2"),
)
def company_accounts(node: Resource, now: datetime) -> Verdict:
    found = [grant for grant in held(node, now) if policy.is_consumer(grant.member)]
    return _judged(found, "nobody works with a private account")


@each(
    NODES,
    "members_known",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="NOUN grants roles within the organization only",
    risk="Whoever left the other organization, or broke into it, still has the role here.",
    fix=TAKE_AWAY,
)
def members_known(node: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return sharing.admits_the_known(policy.bindings(node["iam_policy"]), node, inventory, policy.at_time(now))


@each(
    NODES,
    "workloads_not_administrators",
    control="access.administrators",
    severity=Severity.HIGH,
    title="NOUN grants no administrator's role to a service account",
    risk="Whoever gets code to run in the machine, function or pipeline administers what the role stands for.",
    fix=TAKE_AWAY,
    cis=("v4:1.5", "v5:1.6"),
)
def workloads_not_administrators(node: Resource, now: datetime) -> Verdict:
    found = [grant for grant in held(node, now) if policy.is_service_account(grant.member)]
    return _judged((grant for grant in found if roles.is_administrative(grant.role)), "no workload is an administrator")


@each(
    NODES,
    "accounts_used_one_by_one",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN lets nobody act as all its service accounts",
    risk="The holder works as any service account there is or will be, the most powerful among them.",
    fix=f"Grant the role on the single service account instead, then: {TAKE_AWAY}",
    cis=("v4:1.6", "v5:1.7"),
)
def accounts_used_one_by_one(node: Resource, now: datetime) -> Verdict:
    return _judged((grant for grant in held(node, now) if grant.role in AS_ACCOUNTS), "no such role is granted here")


@each(
    NODES,
    "basic_roles_unused",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN grants no basic role but to its owners",
    risk="Editors and viewers may change, or read, everything in every service, those that come next year too.",
    fix=TAKE_AWAY,
)
def basic_roles_unused(node: Resource, now: datetime) -> Verdict:
    wide = roles.BASIC - roles.OWNERS
    return _judged((grant for grant in held(node, now) if grant.role in wide), "nobody holds a basic role but owners")


@each(
    NODES,
    "rights_from_groups",
    control="access.groups",
    severity=Severity.LOW,
    title="NOUN grants roles to groups, not to single people",
    risk="When somebody changes teams, nobody finds all that was granted by name.",
    fix=TAKE_AWAY,
)
def rights_from_groups(node: Resource, now: datetime) -> Verdict:
    return _judged((grant for grant in held(node, now) if grant.member.startswith("user:")), "no single person is named")


@each(
    NODES,
    "agent_roles_kept",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN grants roles of Google's agents to those alone",
    risk="Such roles are made for Google's own services, and many may act as any service account.",
    fix=TAKE_AWAY,
)
def agent_roles_kept(node: Resource, now: datetime) -> Verdict:
    found = [grant for grant in held(node, now) if roles.AGENT_ROLE.fullmatch(grant.role)]
    return _judged(found, "nobody else holds a role of Google's agents")


@each(
    NODES,
    "deleted_members_removed",
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="NOUN names no members that were deleted",
    risk="Among the dead, nobody sees the living; and a deleted account that is restored has its rights again.",
    fix=TAKE_AWAY,
)
def deleted_members_removed(node: Resource) -> Verdict:
    granted = policy.bindings(node["iam_policy"])
    gone = {member for binding in granted for member in binding.members if policy.gone(member)}
    return failed(f"{in_words(gone)} is still granted roles") if gone else passed("every member exists")


def both(granted: Iterable[Grant], one: frozenset[str], other: frozenset[str]) -> dict[str, bool]:
    """Return who holds a role of each kind, one of them through the node itself, and whether that is certain."""
    held: dict[str, list[Grant]] = defaultdict(list)
    for grant in granted:
        if grant.role in one | other:
            held[grant.member].append(grant)
    found = {}
    for member, theirs in held.items():
        certain = {grant.role for grant in theirs if grant.certain}
        every = {grant.role for grant in theirs}
        if every & one and every & other and any(not grant.node for grant in theirs):
            found[member] = bool(certain & one and certain & other)
    return found


def apart(holder: Resource, inherited: Callable[[Keep], list[Binding]], duties: Duties, attributes: Attributes) -> Verdict:
    """Pass unless somebody has both duties, one of them through *holder*. Groups aren't looked into."""
    keep = (duties[0] | duties[1]).__contains__
    own = policy.bindings(holder["iam_policy"], keep=keep)
    found = both(_of_people(own, attributes), *duties)
    if True not in found.values():
        found = both(_of_people([*own, *inherited(keep)], attributes), *duties)
    if certain := [member for member, sure in found.items() if sure]:
        return failed(f"{in_words(certain)} can do both")
    if found:
        return unknown(f"{in_words(found)} can do both on conditions that cannot be judged")
    return passed("who manages it does not use it")


def _of_people(granted: Iterable[Binding], attributes: Attributes) -> Iterator[Grant]:
    return (grant for grant in policy.grants(granted, attributes) if not policy.is_agent(grant.member))


@each(
    NODES,
    "account_duties_apart",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN lets nobody both manage and use service accounts",
    risk="One person makes an account, gives it rights, and works as it, and nobody else was asked.",
    fix=TAKE_AWAY,
    cis=("v4:1.8", "v5:1.9"),
)
def account_duties_apart(node: Resource, now: datetime) -> Verdict:
    return apart(node, lambda keep: lineage.above(node, keep), ACCOUNT_DUTIES, policy.at_time(now))


@each(
    NODES,
    "key_duties_apart",
    service="gcp.kms",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="NOUN lets nobody both manage and use keys",
    risk="One person decrypts the data and destroys the key, and nobody else was asked.",
    fix=TAKE_AWAY,
    cis=("v4:1.11", "v5:1.12"),
)
def key_duties_apart(node: Resource, now: datetime) -> Verdict:
    return apart(node, lambda keep: lineage.above(node, keep), KEY_DUTIES, policy.at_time(now))


@check(
    "gcp.project.project.no_escalation",
    on=lineage.PROJECT,
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="No combination of roles opens a way to more rights",
    risk="A holder of few rights makes itself an owner of the project.",
    fix="Grant the roles on the single service account, machine or function instead of the project",
)
def no_escalation(project: Resource, inventory: Inventory, now: datetime) -> Verdict:
    known, rules = lineage.powers(inventory), lineage.denials(inventory, project)
    sure, perhaps = _denied(rules, now, (True, None)), _denied(rules, now, (True,))
    own = policy.bindings(project["iam_policy"])
    alone = _powers(own, known, now)
    if ways := _ways(alone, {}, sure):
        return failed(_shown(ways))
    inherited = lineage.above(project)
    together, already = _powers([*own, *inherited], known, now), _powers(inherited, known, now)
    if ways := _ways(together, already, sure):
        return failed(f"together with roles of a node above, {_shown(ways)}")
    if ways := _ways(together, already, perhaps):
        return unknown(f"{_shown(ways)}, unless a deny policy forbids it")
    if unclear := [member for member, (_, more) in alone.items() if more]:
        return unknown(f"what {in_words(unclear)} can do depends on conditions, or on roles that are defined elsewhere")
    return passed("no known way to more rights")


SETTING = roles.SET_ANY | {roles.SET_ACCOUNT}
Held = Mapping[str, tuple[frozenset[str], bool]]
Denied = Callable[[str, str], bool]


def _denied(rules: Sequence[Denial], now: datetime, answers: tuple[bool | None, ...]) -> Denied:
    """Return a test of a member and a permission: whether the project's deny policies answer so."""
    return lambda member, permission: policy.denied(member, permission, rules, policy.at_time(now)) in answers


def _ways(held: Held, inherited: Held, denied: Denied) -> dict[str, list[str]]:
    """Return the ways up of each member, but for those that the nodes above open by themselves."""
    found = {}
    for member, (permissions, _) in held.items():
        already = roles.steps(inherited[member][0]) if member in inherited else []
        left = [each for each in permissions if not denied(member, each)]
        if steps := [step for step in roles.steps(left) if step not in already]:
            found[member] = steps
    return found


def _shown(ways: Mapping[str, list[str]]) -> str:
    more = f"; {len(ways) - 3} more members have such ways" if len(ways) > 3 else ""
    return "; ".join(f"{member} can {steps[0]}" for member, steps in sorted(ways.items())[:3]) + more


def _harmless(grant: Grant, known: Powers) -> bool:
    """Tell whether a condition lets the holder grant nothing but roles that lead to no more rights."""
    return grant.grantable is not None and all(
        known.of(role) == frozenset() and not roles.is_basic(role) for role in grant.grantable
    )


def _powers(granted: Iterable[Binding], known: Powers, now: datetime) -> Held:
    """Return what each member certainly holds, basic roles left out, and whether there may be more."""
    certain: dict[str, set[str]] = defaultdict(set)
    perhaps: dict[str, bool] = defaultdict(bool)
    for grant in _of_people(granted, policy.at_time(now)):
        if roles.is_basic(grant.role):
            continue
        permissions = known.of(grant.role)
        if permissions is None or (permissions and not grant.certain):
            perhaps[grant.member] = True
        else:
            certain[grant.member] |= permissions - (SETTING if _harmless(grant, known) else set())
    return {member: (frozenset(certain[member]), perhaps[member]) for member in {*certain, *perhaps}}
