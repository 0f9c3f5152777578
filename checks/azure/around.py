"""What surrounds a resource and decides for it: locks above it, plans of Defender, and grants on it."""

from __future__ import annotations

from checks.azure.read import Item, is_on, prop, same, word
from scanner.model import Inventory, Resource, Verdict, failed, passed, unknown

LOCK, PRICING, ASSESSMENT = "azure.subscription.lock", "azure.defender.pricing", "azure.defender.assessment"
OF_LOCKS = "/providers/microsoft.authorization/locks/"
READ_ONLY = "readonly"
HEALTHY, UNHEALTHY = "healthy", "unhealthy"


def locks(resource: Resource, inventory: Inventory) -> dict[str, str]:
    """Return the locks that hold on a resource: the scope of each, and its level in small letters."""
    found = {}
    for lock in inventory.all(LOCK):
        scope = lock.id.lower().partition(OF_LOCKS)[0]
        if f"{resource.id}/".startswith(f"{scope}/"):
            found[scope] = word(prop(lock, "level"))
    return found


def locked(resource: Resource, inventory: Inventory) -> Verdict:
    """Pass when a lock keeps a resource from being deleted; one that lets nothing be changed does that, too."""
    scopes = sorted(locks(resource, inventory))
    return passed(f"a lock stands on {scopes[0]}") if scopes else failed("no lock stands on it, or on what it is in")


def plan(resource: Resource, name: str, inventory: Inventory) -> Item | None:
    """Return the plan of Defender called *name* of a resource's subscription, where it is bought. It is by ``Standard``."""
    for each in inventory.all(PRICING):
        if each.account == resource.account and same(each["item"].get("name"), name):
            return each["item"].get("properties") or {} if word(prop(each, "pricingTier")) == "standard" else None
    return None


def watched(resource: Resource, name: str, inventory: Inventory) -> Verdict:
    """Pass when the plan of Defender called *name* is on in the resource's subscription."""
    bought = plan(resource, name, inventory) is not None
    return (passed if bought else failed)(f"the plan {name} is {'on' if bought else 'off'}")


def extension_on(bought: Item, name: str) -> bool:
    """Tell whether an extension of a plan is on."""
    return any(same(each.get("name"), name) and is_on(each.get("isEnabled")) for each in bought.get("extensions") or [])


def assessed(resource: Resource, key: str, inventory: Inventory) -> str | None:
    """Return what Defender says of a resource in the assessment *key*, in small letters; ``None`` where it says nothing."""
    found = inventory.get(ASSESSMENT, f"{resource.id}/providers/microsoft.security/assessments/{key}")
    return word(prop(found, "status.code")) if found else None


def weaknesses(resource: Resource, key: str, inventory: Inventory) -> Verdict:
    """Pass when Defender looked for weaknesses of a resource, and knows of none."""
    said = assessed(resource, key, inventory)
    if said == UNHEALTHY:
        return failed("Defender knows of weaknesses")
    return passed("Defender knows of none") if said == HEALTHY else unknown("Defender says nothing of its weaknesses")
