"""Checks on subscriptions: owners, how rights are given, locks, where they hang in the tenant, and who answers for them."""

from __future__ import annotations

from collections.abc import Iterable

from checks.azure import policy, rights
from checks.azure.policy import Grant, Level
from checks.azure.read import in_words, inner, prop, same, word
from checks.azure.rights import SUBSCRIPTION
from checks.owners import Owned, owner_named
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

LOCK, RESOURCE_GROUP = "azure.subscription.lock", "azure.subscription.resource_group"
FEWEST, MOST = 2, 3
LOCKS = ("cannotdelete", "readonly")
# Changing these two takes an owner's rights, unless a role is made for it.
KEEPERS = ("Microsoft.Authorization/locks/write", "Microsoft.Authorization/locks/delete")


def _scope(subscription: Resource) -> str:
    return f"/subscriptions/{subscription.account.lower()}"


def _owners(given: Iterable[Grant], scope: str) -> tuple[set[Grant], set[Grant]]:
    """Return who is Owner of a subscription by an assignment of its own, and by one from above."""
    every = {each for each in given if each.role == policy.OWNER}
    here = {each for each in every if each.scope == scope}
    return here, {each for each in every if each.level >= Level.MANAGEMENT_GROUP}


@check(
    f"{SUBSCRIPTION}.owners_few",
    on=SUBSCRIPTION,
    control="access.administrators",
    severity=Severity.MEDIUM,
    title=f"Subscription has {FEWEST} to {MOST} owners",
    risk="With many owners, one of them falls; with a single one, nobody is left when he does.",
    fix="az role assignment delete --assignee WHO --role Owner --scope /subscriptions/{account}, or create another",
    cis=("v6:5.7",),
)
def owners_few(subscription: Resource, inventory: Inventory) -> Verdict:
    here, above = _owners(rights.standing(inventory), _scope(subscription))
    groups = {each.principal for each in here if each.kind not in policy.SINGLE}
    single = {each.principal for each in here} - groups
    if len(single) + len(groups) > MOST:
        return failed(f"{len(single) + len(groups)} are owners")
    if groups:
        return unknown(f"how many are in the group {in_words(groups)} is not known here")
    can, _ = _owners(rights.eligible(inventory), _scope(subscription))
    everybody = {each.principal for each in (*here, *above, *can)}
    if len(everybody) < FEWEST and not any(each.kind not in policy.SINGLE for each in (*above, *can)):
        return failed(f"{len(everybody) or 'nobody'} is an owner")
    return passed(f"{len(single)} by assignments of its own, {len(everybody) - len(single)} otherwise")


@check(
    f"{SUBSCRIPTION}.rights_through_groups",
    on=SUBSCRIPTION,
    control="access.groups",
    severity=Severity.LOW,
    title="People get their rights through groups",
    risk="Who changes to another team keeps his rights, one assignment at a time.",
    fix="az role assignment create --assignee GROUP --role ROLE --scope SCOPE, and delete those of single users",
)
def rights_through_groups(_subscription: Resource, inventory: Inventory) -> Verdict:
    given = [each for each in rights.standing(inventory) if each.level < Level.MANAGEMENT_GROUP]
    users = [each for each in given if each.kind == "user"]
    if not given:
        return skipped("nothing is assigned in the subscription")
    return failed(f"{len(users)} assignment(s) are of single users") if users else passed("none is of a single user")


@check(
    f"{SUBSCRIPTION}.administration_activated",
    on=SUBSCRIPTION,
    control="access.administrators",
    severity=Severity.MEDIUM,
    title="People activate administration when they need it",
    risk="A stolen session of an administrator administers at once, at any hour.",
    fix="Make users eligible for the role under Privileged Identity Management, and delete their standing assignments",
)
def administration_activated(subscription: Resource, inventory: Inventory) -> Verdict:
    roles, scope = rights.roles(inventory), _scope(subscription)
    if not rights.eligible(inventory):
        return skipped("nobody is eligible for anything: eligible roles are not in use")
    people = [each for each in rights.standing(inventory) if each.kind == "user"]
    found = policy.administrators(scope, people, roles)
    if sure := [who for who, certain in found.items() if certain]:
        return failed(f"{in_words(sure)} administers without activation")
    return unknown(f"whether {in_words(found)} administers cannot be told") if found else passed("no user does")


@check(
    f"{SUBSCRIPTION}.locks_kept_by_role",
    on=SUBSCRIPTION,
    control="governance.delegation",
    severity=Severity.INFORMATIONAL,
    title="A custom role is made for those who keep locks",
    risk="To set a lock, one must be made an owner.",
    fix="az role definition create --role-definition FILE, with the action Microsoft.Authorization/locks/*",
    cis=("v6:5.5", "v3:2.24"),
)
def locks_kept_by_role(_subscription: Resource, inventory: Inventory) -> Verdict:
    listed = (policy.role(each["item"]) for each in inventory.all(rights.DEFINITION))
    fitting = [each.name for each in listed if each.custom and not each.everything and each.holds_all(KEEPERS)]
    return passed(in_words(fitting)) if fitting else failed("there is none")


@check(
    f"{SUBSCRIPTION}.locks_in_use",
    on=SUBSCRIPTION,
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="What must not be deleted is locked",
    risk="One wrong command, or one stolen account, deletes what cannot be made again.",
    fix="az lock create --name keep --lock-type CanNotDelete --resource-group GROUP --subscription {account}",
    cis=("v6:6.2", "v3:7.2"),
)
def locks_in_use(_subscription: Resource, inventory: Inventory) -> Verdict:
    held = [each for each in inventory.all(LOCK) if word(inner(each["item"]).get("level")) in LOCKS]
    return passed(f"{len(held)} lock(s)") if held else failed("nothing in the subscription is locked")


@check(
    f"{SUBSCRIPTION}.under_management_group",
    on=SUBSCRIPTION,
    control="governance.guardrails",
    severity=Severity.LOW,
    title="Subscription hangs in a management group of its kind",
    risk="Policies and rights that were made for subscriptions of its kind do not reach it.",
    fix="az account management-group subscription add --name GROUP --subscription {account}",
)
def under_management_group(subscription: Resource) -> Verdict:
    chain = prop(subscription, "managementGroupAncestorsChain")
    if not isinstance(chain, list):
        return unknown("what it hangs in is not told")
    tenant = subscription["item"].get("tenantId")
    own = [str(each.get("displayName") or each.get("name")) for each in chain if not same(each.get("name"), tenant)]
    return passed(f"in {own[0]}") if own else failed("it hangs right below the root")


@check(
    f"{SUBSCRIPTION}.in_use",
    on=SUBSCRIPTION,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Subscription is enabled",
    risk="What lies in a subscription that was given up is looked after by nobody, and is deleted some day.",
    fix="az account subscription enable --subscription-id {account}, or move what is needed elsewhere",
)
def in_use(subscription: Resource) -> Verdict:
    state = word(prop(subscription, "state"))
    if not state:
        return unknown("its state is not told")
    return passed("enabled") if state == "enabled" else failed(state)


def _made_by_azure(group: Resource) -> str:
    """Return why nobody answers for a resource group: another resource manages it."""
    return "managed by another resource" if group["item"].get("managedBy") else ""


TAG = "az tag update --resource-id {id} --operation Merge --tags owner=TEAM"
OWNED = (Owned(SUBSCRIPTION, "Subscription"), Owned(RESOURCE_GROUP, "Resource group", _made_by_azure))
OWNERS = tuple(owner_named(each, "tag", TAG) for each in OWNED)
