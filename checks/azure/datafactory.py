"""Checks on factories of Data Factory.

Source: Data Factory REST API, "Factories", "Linked Services", "Integration Runtimes".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.azure.read import in_words, inner, prop, rows, word
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed

FACTORY = "azure.datafactory.factory"
HIDDEN = "$secret"


def _linked(factory: Resource) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the linked services of a factory: their names, and what their kind of store asks for."""
    for row in rows(factory, "linked_services"):
        yield str(row.get("name")), inner(row).get("typeProperties") or {}


def _kept(value: object) -> bool:
    """Tell whether a property of a linked service holds a secret itself, rather than where in a vault one lies."""
    return isinstance(value, Mapping) and (word(value.get("type")) == "securestring" or bool(_detected(value)))


def _detected(value: object) -> list[str]:
    """Return what detectors found in a value that was replaced before it was stored."""
    secret = value.get(HIDDEN) if isinstance(value, Mapping) else None
    return list(secret.get("detected") or []) if isinstance(secret, Mapping) else []


@check(
    f"{FACTORY}.secrets_in_vault",
    on=FACTORY,
    control="identity.secrets",
    severity=Severity.MEDIUM,
    title="Linked services take their secrets from a vault",
    risk="Passwords of stores stand in the factory, whose contributors use them and whom nobody asks to change them.",
    fix="Keep the secret in a Key Vault, and refer to it in the linked service by AzureKeyVaultSecret",
)
def secrets_in_vault(factory: Resource) -> Verdict:
    linked = dict(_linked(factory))
    holding = [name for name, how in linked.items() if how.get("encryptedCredential") or any(map(_kept, how.values()))]
    return (
        failed(f"{in_words(holding)} holds its own") if holding else passed(f"{len(linked)} linked services, none with its own")
    )


@check(
    f"{FACTORY}.parameters_without_secrets",
    on=FACTORY,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="No global parameter of the factory looks like a secret",
    risk="Whoever may read the factory reads it, in the portal, in its code and in its runs.",
    fix="Keep the value in a Key Vault, read it by a Web activity with the factory's identity, and delete the parameter",
)
def parameters_without_secrets(factory: Resource) -> Verdict:
    given = prop(factory, "globalParameters") or {}
    found = [name for name, parameter in given.items() if _detected((parameter or {}).get("value"))]
    return failed(f"{in_words(found)} looks like one") if found else passed(f"{len(given)} parameters, none of which does")


@check(
    f"{FACTORY}.own_identity",
    on=FACTORY,
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Factory has a managed identity",
    risk="It can sign in to stores by keys and passwords only.",
    fix="az resource update --ids {id} --set identity.type=SystemAssigned",
)
def own_identity(factory: Resource) -> Verdict:
    kind = word((factory["item"].get("identity") or {}).get("type"))
    return passed(f"its identity is {kind}") if kind not in ("", "none") else failed("it has none")


@check(
    f"{FACTORY}.kept_in_git",
    on=FACTORY,
    control="resilience.versioning",
    severity=Severity.LOW,
    title="Pipelines of the factory are kept in a repository",
    risk="Nobody sees who changed what, and what was deleted is gone.",
    fix="az datafactory configure-factory-repo --factory-resource-id {id} --location {region}"
    " --factory-git-hub-configuration REPOSITORY",
)
def kept_in_git(factory: Resource) -> Verdict:
    named = prop(factory, "repoConfiguration.repositoryName")
    return passed(f"kept in {named}") if named else failed("no repository is connected")


@check(
    f"{FACTORY}.own_network",
    on=FACTORY,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Pipelines of the factory run in a managed network or on own machines",
    risk="They reach stores over public addresses that they share with other customers of Azure.",
    fix="Make an integration runtime in a managed virtual network, and use it in linked services",
)
def own_network(factory: Resource) -> Verdict:
    runtimes = [inner(each) for each in rows(factory, "integration_runtimes")]
    azure = [each for each in runtimes if word(each.get("type")) == "managed"]
    if runtimes and not azure:
        return passed("they run on own machines")
    if not azure:
        return failed("they run in the shared network")
    open_ones = [each for each in azure if not each.get("managedVirtualNetwork") and not _joined(each)]
    return failed(f"{len(open_ones)} of {len(azure)} runtimes are in the shared network") if open_ones else passed("all are")


def _joined(runtime: Mapping[str, Any]) -> bool:
    """Tell whether a runtime for packages of SSIS stands in a network of the customer's."""
    typed = runtime.get("typeProperties") or {}
    placed = (typed.get("computeProperties") or {}).get("vNetProperties") or typed.get("customerVirtualNetwork")
    return bool(placed)
