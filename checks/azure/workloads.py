"""As whom something works on Azure, and what that one may do: the same verdicts wherever code runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from checks.azure import around, policy, rights
from checks.azure.policy import Grant, Level, Role, plain
from checks.azure.read import in_words, word
from scanner.model import Inventory, Resource, Verdict, failed, passed, skipped, unknown

NONE = ("", "none")
MARKED = re.compile(r"\[secret: ([^\]]+?) [0-9a-f]+\]")
NO_IDENTITY = "it has no managed identity"
# Where images come from that are the customer's own, or Microsoft's.
OWN_REGISTRIES = (".azurecr.io", ".azurecr.us", ".azurecr.cn", "mcr.microsoft.com")


def has_identity(identity: Any) -> bool:
    """Tell whether the ``identity`` of a row names a managed identity, of its own or shared."""
    return isinstance(identity, Mapping) and word(identity.get("type")) not in NONE


def identified(identity: Any) -> Verdict:
    """Pass where the ``identity`` of a row names a managed identity."""
    return passed(f"identity: {identity['type']}") if has_identity(identity) else failed("no managed identity")


def principals(*identities: Any) -> set[str]:
    """Return the object ids of managed identities, as far as the rows tell them."""
    found: list[Any] = []
    for identity in identities:
        if isinstance(identity, Mapping):
            shared = identity.get("userAssignedIdentities")
            found += [identity.get("principalId"), identity.get("objectId")]
            found += [each.get("principalId") for each in shared.values() if each] if isinstance(shared, Mapping) else []
    return {plain(each) for each in found if each}


def narrow(ids: Iterable[str], inventory: Inventory) -> Verdict:
    """Pass unless one of these identities administers a resource group, or can change all that is in a subscription."""
    held, role = set(ids), rights.roles(inventory)
    if not held:
        return skipped(NO_IDENTITY)
    wide: dict[bool, list[str]] = {True: [], False: []}
    for given in rights.standing(inventory):
        if given.principal in held and given.level >= Level.RESOURCE_GROUP:
            known = role(given.role)
            if (said := _administers(given, known)) is not False:
                wide[said is True].append(f"{rights.name_of(known, given)} on {rights.where(given)}")
    if wide[True]:
        return failed(f"its identity holds {in_words(wide[True])}")
    return unknown(f"its identity holds {in_words(wide[False])}") if wide[False] else passed("its identity administers nothing")


def _administers(given: Grant, role: Role | None) -> bool | None:
    if role and given.level >= Level.SUBSCRIPTION and any("*" in each.actions for each in role.permissions):
        return True
    return policy.administers(given, role)


def narrow_identity(resource: Resource, inventory: Inventory) -> Verdict:
    """Pass unless the identity of a resource's own row administers."""
    return narrow(principals(resource["item"].get("identity")), inventory)


def hidden(value: Any) -> list[str]:
    """Return what detectors found in a value that was replaced before it was stored; nothing where it wasn't."""
    if isinstance(value, Mapping):
        return list((value.get("$secret") or {}).get("detected") or [])
    return MARKED.findall(value) if isinstance(value, str) else []


def without_secrets(variables: Iterable[tuple[str, Any]], noun: str = "variable(s)") -> Verdict:
    """Pass unless the value of one of *variables*, which come with their names, looked like a secret."""
    kinds = {name: hidden(value) for name, value in variables}
    found = [f"{name} holds what looks like {', '.join(each)}" for name, each in sorted(kinds.items()) if each]
    return failed("; ".join(found)) if found else passed(f"{len(kinds)} {noun}, none of which looks like a secret")


def from_known_registry(images: Iterable[str]) -> Verdict:
    """Pass when every one of *images* lies in a registry on Azure."""
    given = list(images)
    strange = [image for image in given if not image.partition("/")[0].lower().endswith(OWN_REGISTRIES)]
    return failed(f"from elsewhere: {in_words(strange)}") if strange else passed(f"{len(given)} image(s) of such a registry")


def pinned(images: Iterable[str]) -> Verdict:
    """Pass when every one of *images* is named by what it holds, and not by a name that may be given to another."""
    given = list(images)
    loose = [image for image in given if "@sha256:" not in image]
    return failed(f"by tag: {in_words(loose)}") if loose else passed(f"{len(given)} image(s) by digest")


def images_scanned(resource: Resource, inventory: Inventory) -> Verdict:
    """Pass where one of the plans of Defender for Cloud that can looks through the images of registries."""
    for name in ("Containers", "CloudPosture"):
        if around.extension_on(around.plan(resource, name, inventory) or {}, "ContainerRegistriesVulnerabilityAssessments"):
            return passed(f"the plan {name} scans registries")
    return failed("no plan of Defender for Cloud scans registries")
