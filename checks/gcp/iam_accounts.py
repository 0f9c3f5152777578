"""Checks on service accounts: who may work as them, and what the default ones may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from checks.gcp import lineage, policy, roles, sharing
from checks.gcp.policy import POOL, Binding, Powers
from checks.gcp.read import default_account, in_words
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

ACCOUNT = "gcp.iam.service_account"
TAKE_AWAY = "gcloud iam service-accounts remove-iam-policy-binding {name} --member=MEMBER --role=ROLE --project={account}"
WORK_AS = roles.IMPERSONATION | {roles.ACT_AS}


def member(account: Resource) -> str:
    """Return a service account as policies name it."""
    return f"serviceAccount:{account['item']['email']}"


@check(
    "gcp.iam.service_account.not_public",
    on=ACCOUNT,
    control="access.public_grant",
    severity=Severity.CRITICAL,
    title="Service account lets nobody unnamed work as it",
    risk="Anybody with a Google account works with the service account's rights.",
    fix=TAKE_AWAY,
)
def not_public(account: Resource, now: datetime) -> Verdict:
    return sharing.named(account, now)


@check(
    "gcp.iam.service_account.members_known",
    on=ACCOUNT,
    control="access.external_trust",
    severity=Severity.HIGH,
    title="Only members of the organization work as the service account",
    risk="Whoever broke into the other organization works with the service account's rights here.",
    fix=TAKE_AWAY,
)
def members_known(account: Resource, inventory: Inventory, now: datetime) -> Verdict:
    return sharing.known(account, inventory, now)


@check(
    "gcp.iam.service_account.workloads_named",
    on=ACCOUNT,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Service account names the outside workloads that work as it",
    risk="Every workload that the pool lets in, of every repository or cluster behind it, works as the account.",
    fix="Grant roles/iam.workloadIdentityUser to principal://.../subject/SUBJECT or"
    f" principalSet://.../attribute.NAME/VALUE, then: {TAKE_AWAY}",
)
def workloads_named(account: Resource, now: datetime) -> Verdict:
    granted = policy.grants(policy.bindings(account["iam_policy"]), policy.at_time(now))
    pools = {each.member for each in granted if POOL.fullmatch(each.member.partition(":")[2])}
    if not pools:
        return skipped("no identity pool may work as it")
    whole = [each for each in pools if each.endswith("/*")]
    return failed(f"{in_words(whole)} may work as it") if whole else passed(f"{len(pools)} workload(s), by name")


@check(
    "gcp.iam.service_account.default_without_basic_role",
    on=ACCOUNT,
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="Default service account holds no basic role",
    risk="Whoever gets code to run in a machine, function or build changes everything in the project.",
    fix="gcloud projects remove-iam-policy-binding {account} --member=serviceAccount:EMAIL --role=roles/editor",
)
def default_without_basic_role(account: Resource, inventory: Inventory, now: datetime) -> Verdict:
    item = account["item"]
    if not default_account(item["email"]):
        return skipped("not a default account")
    if item.get("disabled"):
        return passed("the account is disabled")
    node, whose = lineage.node_of(account, inventory), member(account)
    own = policy.bindings(node["iam_policy"], keep=roles.is_basic) if node else ()
    wide = _basic(own, whose, now) or _basic(lineage.above(node, roles.is_basic), whose, now)
    return failed(f"holds {in_words(wide)}") if wide else passed("holds no basic role")


def _basic(granted: Iterable[Binding], whose: str, now: datetime) -> list[str]:
    """Return which of the roles that are granted a member holds."""
    held = policy.grants(granted, policy.at_time(now))
    return [each.role for each in held if each.member == whose]


@check(
    "gcp.iam.service_account.described",
    on=ACCOUNT,
    control="governance.ownership",
    severity=Severity.INFORMATIONAL,
    title="Service account says what it is for",
    risk="Nobody knows what stops when it is disabled, so that nobody dares to.",
    fix='gcloud iam service-accounts update {name} --description="TEXT" --project={account}',
)
def described(account: Resource) -> Verdict:
    item = account["item"]
    if default_account(item["email"]):
        return skipped("made by Google")
    said = item.get("description") or item.get("displayName")
    return passed(said) if said else failed("it has neither a description nor a name to display")


# ---- who works as whom -----------------------------------------------------------------------------------------------


def impersonators(account: Resource, known: Powers, now: datetime) -> dict[str, bool]:
    """Return who may work as *account* by its own policy, and whether that is certain."""
    found: dict[str, bool] = {}
    for grant in policy.grants(policy.bindings(account["iam_policy"]), policy.at_time(now)):
        permissions = known.of(grant.role)
        if (permissions is None or permissions & WORK_AS) and not policy.is_agent(grant.member):
            found[grant.member] = found.get(grant.member, False) or (grant.certain and permissions is not None)
    return found


def chains(start: str, admitted: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return everyone who can work as *start*, directly or through other service accounts, with the way there."""
    ways, queue = {start: [start]}, [start]
    while queue:
        at = queue.pop(0)
        for who in admitted.get(at, ()):
            if who not in ways:
                ways[who] = [*ways[at], who]
                queue.append(who)
    del ways[start]
    return ways


@check(
    "gcp.iam.service_account.administrator_kept",
    on=ACCOUNT,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Only administrators work as an account that administers",
    risk="Somebody with few rights of his own takes a token of the account, and owns the project.",
    fix=TAKE_AWAY,
)
def administrator_kept(account: Resource, inventory: Inventory, now: datetime) -> Verdict:
    if account["item"].get("disabled"):
        return skipped("the account is disabled")
    node, known, whose = lineage.node_of(account, inventory), lineage.powers(inventory), member(account)
    trusted = lineage.administrators(node, known, now) if node else set()
    if whose not in trusted:
        return skipped("the account does not administer the project")
    admitted = {member(each): impersonators(each, known, now) for each in inventory.all(ACCOUNT)}
    surely = {at: [who for who, sure in theirs.items() if sure] for at, theirs in admitted.items()}
    if ways := {who: way for who, way in chains(whose, surely).items() if who not in trusted}:
        return failed(_told(ways))
    if ways := {who: way for who, way in chains(whose, admitted).items() if who not in trusted}:
        return unknown(f"{_told(ways)}, on conditions or with roles that cannot be judged")
    return passed("nobody else works as it")


def _told(ways: Mapping[str, list[str]]) -> str:
    """Return in words who can work as an account, by the shortest way."""
    who, way = min(ways.items(), key=lambda pair: (len(pair[1]), pair[0]))
    through = f" through {in_words(way[1:-1])}" if len(way) > 2 else ""
    return f"{who} can work as it{through}" + (f", and {len(ways) - 1} more can" if len(ways) > 1 else "")
