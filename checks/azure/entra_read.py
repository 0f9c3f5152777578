"""How checks on Microsoft Entra ID read what Microsoft Graph tells: licences, roles, and conditional access policies.

A conditional access policy counts for what it certainly does: one that reports only, or that a condition narrows (a place, a
platform, a risk), does not cover everybody. Single users and groups that are spared are not counted: break-glass accounts are.
Sources: Microsoft Graph reference, "conditionalAccessPolicy"; Microsoft Entra, "Built-in roles", "Security defaults".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checks.azure.read import at, many, word
from scanner.model import Inventory, Resource, Verdict, skipped

TENANT, POLICY = "azure.entra.tenant", "azure.entra.conditional_access_policy"
Row = Mapping[str, Any]

# Service plans of the licences, as the organization's assignedPlans name them.
P2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
P1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
UNLICENSED = "it takes a licence that the tenant has not"

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
# Roles that change who may sign in, or what one may do then. The templates' ids are the same in every tenant.
PRIVILEGED: Mapping[str, str] = {
    GLOBAL_ADMINISTRATOR: "Global Administrator",
    "e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator",
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13": "Privileged Authentication Administrator",
    "c4e39bd9-1100-46d3-8c65-fb160da0071f": "Authentication Administrator",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
    "158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9": "Conditional Access Administrator",
    "194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
    "fe930be7-5e62-47db-91af-98c3a49a38b1": "User Administrator",
    "729827e3-9c14-49f7-bb1b-9608f156bbb8": "Helpdesk Administrator",
    "966707d0-3269-4727-9be2-8c3a10f19b9d": "Password Administrator",
    "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2": "Hybrid Identity Administrator",
    "29232cdf-9323-42fd-ade2-1d097af3e4de": "Exchange Administrator",
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c": "SharePoint Administrator",
}
AZURE = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
"""The application that stands for Azure's own management, the same in every tenant."""
PORTALS = "microsoftadminportals"
OFTEN_SPARED = frozenset({"d4ebce55-015a-49b5-a083-c84d1797ae8c"})
"""Applications that may be spared without harm: joining a device to Intune, which has a policy of its own."""
EVERY_CLIENT = frozenset({"all"}), frozenset({"browser", "mobileappsanddesktopclients", "exchangeactivesync", "other"})
OLD_CLIENTS = frozenset({"exchangeactivesync", "other"})


def licensed(tenant: Resource, *plans: str) -> bool:
    """Tell whether the tenant has one of the service plans. P2 includes P1."""
    on = {word(each.get("servicePlanId")) for each in many(tenant["item"].get("assignedPlans")) if _assigned(each)}
    return bool(on.intersection(plans))


def _assigned(plan: Row) -> bool:
    return word(plan.get("capabilityStatus")) in ("enabled", "warning", "")


def unlicensed() -> Verdict:
    return skipped(UNLICENSED)


def flag(tenant: Resource, fact: str, path: str) -> Any:
    """Return what a policy of the tenant says at a dotted path."""
    return at(tenant[fact], path)


def guarded(tenant: Resource) -> bool:
    """Tell whether security defaults are on: second factors for everybody, and no old protocols."""
    return at(tenant["security_defaults"], "isEnabled") is True


# Conditional access.


def enforced(inventory: Inventory) -> list[Row]:
    """Return the conditional access policies that are in force."""
    found = [each["item"] for each in inventory.all(POLICY)]
    return [each for each in found if word(each.get("state")) == "enabled"]


def words(value: Row | None, path: str) -> set[str]:
    """Return the texts of a list at a dotted path, in small letters."""
    given = at(value, path)
    return {word(each) for each in given} if isinstance(given, list) else set()


def asks_factor(policy: Row) -> bool:
    """Tell whether a policy certainly asks for a second factor."""
    controls, more = words(policy, "grantControls.builtInControls"), at(policy, "grantControls.authenticationStrength")
    others = (
        (controls - {"mfa"})
        | words(policy, "grantControls.termsOfUse")
        | words(policy, "grantControls.customAuthenticationFactors")
    )
    asked = "mfa" in controls or bool(more)
    return asked and (not others or word(at(policy, "grantControls.operator")) == "and")


def blocks(policy: Row) -> bool:
    return "block" in words(policy, "grantControls.builtInControls")


def for_everybody(policy: Row) -> bool:
    """Tell whether a policy is for all users, but for single ones and groups that it spares."""
    users = at(policy, "conditions.users")
    spared = words(users, "excludeUsers") & {"all", "guestsorexternalusers"}
    return "all" in words(users, "includeUsers") and not spared and not _spares(users)


def _spares(users: Row | None) -> bool:
    """Tell whether whole kinds of users are spared: roles, or guests."""
    return bool(words(users, "excludeRoles") or at(users, "excludeGuestsOrExternalUsers"))


def for_roles(policy: Row) -> set[str]:
    """Return the ids of the roles that a policy is for."""
    users = at(policy, "conditions.users")
    if for_everybody(policy):
        return set(PRIVILEGED)
    return words(users, "includeRoles") - words(users, "excludeRoles")


def on_everything(policy: Row) -> bool:
    """Tell whether a policy is for all applications."""
    applications = at(policy, "conditions.applications")
    spared = words(applications, "excludeApplications") - OFTEN_SPARED
    return "all" in words(applications, "includeApplications") and not spared


def covers(policy: Row, application: str) -> bool:
    """Tell whether a policy is for one application."""
    applications = at(policy, "conditions.applications")
    included = words(applications, "includeApplications")
    return bool(included & {"all", application}) and application not in words(applications, "excludeApplications")


def narrowed(policy: Row, *but: str) -> bool:
    """Tell whether a policy is only for some sign-ins. *but* are conditions that are asked for themselves."""
    return any(_narrows(policy, name) for name in CONDITIONS if name not in but)


CONDITIONS = (
    "platforms",
    "locations",
    "devices",
    "signInRiskLevels",
    "userRiskLevels",
    "servicePrincipalRiskLevels",
    "insiderRiskLevels",
    "authenticationFlows",
    "clientAppTypes",
)


def _narrows(policy: Row, name: str) -> bool:
    given = at(policy, f"conditions.{name}")
    if name == "clientAppTypes":
        types = words(policy, "conditions.clientAppTypes")
        return bool(types) and not any(each <= types for each in EVERY_CLIENT)
    if isinstance(given, Mapping):
        return any(_chooses(key, some) for key, some in given.items())
    return bool(given)


def _chooses(key: str, some: object) -> bool:
    """Tell whether a part of a condition leaves anything out: including all leaves out nothing."""
    every = isinstance(some, list) and key.startswith("include") and {word(each) for each in some} <= {"all"}
    return bool(some) and not every


def found(policies: Iterable[Row]) -> Iterator[str]:
    """Yield the names of policies."""
    for each in policies:
        yield str(each.get("displayName") or each.get("id"))
