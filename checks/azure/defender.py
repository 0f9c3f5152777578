"""Checks on Microsoft Defender for Cloud: its plans and their parts, its integrations, and what it exports.

Plans and parts are tables: one check for each row. A plan that the provider does not list is not on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checks.azure.read import in_words, inner, is_on, many, word
from checks.azure.rights import SUBSCRIPTION
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

PRICING, SETTING, SERVERS = (
    "azure.defender.pricing",
    "azure.defender.setting",
    "azure.defender.server_assessment",
)
AUTOMATION, SURFACE = "azure.defender.automation", "azure.defender.attack_surface"
SERVICE = "azure.defender"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan: its name on the API, and what it looks after."""

    api: str
    name: str
    what: str
    risk: str
    severity: Severity = Severity.MEDIUM
    cis: tuple[str, ...] = ()


PLANS = (
    Plan(
        "CloudPosture",
        "posture",
        "cloud posture",
        "Ways of attack that lead over several resources stay unseen.",
        cis=("v6:8.1.1.1",),
    ),
    Plan("Api", "apis", "APIs", "Attacks on published APIs are not told from use.", Severity.LOW, ("v6:8.1.2.1",)),
    Plan(
        "VirtualMachines",
        "servers",
        "servers",
        "Malware and intruders in machines are not noticed.",
        Severity.HIGH,
        ("v6:8.1.3.1", "v3:3.1.3.1"),
    ),
    Plan(
        "Containers",
        "containers",
        "containers",
        "Attacks on clusters and weak images are not noticed.",
        cis=("v6:8.1.4.1", "v3:3.1.4.1"),
    ),
    Plan(
        "StorageAccounts",
        "storage",
        "storage accounts",
        "Uploaded malware, and theft of what is stored, are not noticed.",
        cis=("v6:8.1.5.1", "v3:3.1.5.1"),
    ),
    Plan("AppServices", "app_service", "App Service", "Attacks on web apps are not noticed.", cis=("v6:8.1.6.1", "v3:3.1.6.1")),
    Plan("CosmosDbs", "cosmosdb", "Cosmos DB", "Theft of data is not told from use.", cis=("v6:8.1.7.1", "v3:3.1.7.1")),
    Plan(
        "OpenSourceRelationalDatabases",
        "open_source_databases",
        "PostgreSQL, MySQL and MariaDB",
        "Guessed passwords and theft of data are not noticed.",
        cis=("v6:8.1.7.2", "v3:3.1.7.2"),
    ),
    Plan(
        "SqlServers",
        "sql",
        "SQL databases",
        "Injected queries and theft of data are not noticed.",
        cis=("v6:8.1.7.3", "v3:3.1.7.3"),
    ),
    Plan(
        "SqlServerVirtualMachines",
        "sql_on_machines",
        "SQL Server on machines",
        "Guessed passwords and injected queries are not noticed.",
        cis=("v6:8.1.7.4", "v3:3.1.7.4"),
    ),
    Plan(
        "KeyVaults",
        "key_vault",
        "key vaults",
        "Somebody who collects secrets is not noticed.",
        cis=("v6:8.1.8.1", "v3:3.1.8.1"),
    ),
    Plan(
        "Arm",
        "resource_manager",
        "Resource Manager",
        "What an intruder does with stolen rights is not told from administration.",
        cis=("v6:8.1.9.1", "v3:3.1.9.1"),
    ),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a plan that is switched on by itself; of any of ``plans``, one is enough."""

    api: str
    plans: tuple[str, ...]
    name: str
    title: str
    risk: str
    control: str = "detection.threat_detector"
    service: str = SERVICE
    cis: tuple[str, ...] = ()


PARTS = (
    Part(
        "AgentlessVmScanning",
        ("VirtualMachines", "CloudPosture"),
        "machines_scanned",
        "Machines are scanned without an agent",
        "Weak software, malware and secrets on disks of machines without an agent stay unseen.",
        cis=("v6:8.1.3.4",),
    ),
    Part(
        "FileIntegrityMonitoring",
        ("VirtualMachines",),
        "files_watched",
        "Changes of system files on machines are watched",
        "An intruder who replaces a program or a setting is not noticed.",
        cis=("v6:8.1.3.5",),
    ),
    Part(
        "OnUploadMalwareScanning",
        ("StorageAccounts",),
        "uploads_scanned",
        "Uploads to storage accounts are scanned for malware",
        "What strangers upload reaches whoever opens it.",
    ),
    Part(
        "SensitiveDataDiscovery",
        ("StorageAccounts", "CloudPosture"),
        "sensitive_data_found",
        "Sensitive data in the subscription is found",
        "Nobody knows where the data lies that must not be lost.",
        "data.classification",
        "azure.subscription",
    ),
    Part(
        "AgentlessDiscoveryForKubernetes",
        ("CloudPosture", "Containers"),
        "clusters_discovered",
        "Clusters are looked through without an agent",
        "Dangerous settings of clusters stay unseen.",
        "detection.posture",
        cis=("v3:3.1.4.2",),
    ),
    Part(
        "ContainerRegistriesVulnerabilityAssessments",
        ("CloudPosture", "Containers"),
        "images_assessed",
        "Images in registries are looked through for weaknesses",
        "Images with known weaknesses are started.",
        "detection.posture",
        cis=("v3:3.1.4.3",),
    ),
)


def _plans(inventory: Inventory) -> dict[str, Row]:
    """Return the plans that are on, by their names in small letters."""
    found = {word(each["item"].get("name")): inner(each["item"]) for each in inventory.all(PRICING)}
    return {name: row for name, row in found.items() if word(row.get("pricingTier")) == "standard"}


def _plan(plan: Plan) -> Check:
    @check(
        f"{SUBSCRIPTION}.defender_for_{plan.name}",
        on=SUBSCRIPTION,
        service=SERVICE,
        control="detection.posture" if plan.api == "CloudPosture" else "detection.threat_detector",
        severity=plan.severity,
        title=f"Defender for Cloud looks after {plan.what}",
        risk=plan.risk,
        fix=f"az security pricing create --name {plan.api} --tier standard --subscription {{account}}",
        cis=plan.cis,
    )
    def judge(_subscription: Resource, inventory: Inventory) -> Verdict:
        return passed("the plan is on") if plan.api.lower() in _plans(inventory) else failed("the plan is off")

    return judge


def _part(part: Part) -> Check:
    @check(
        f"{SUBSCRIPTION}.defender_{part.name}",
        on=SUBSCRIPTION,
        service=part.service,
        control=part.control,
        severity=Severity.LOW,
        title=part.title,
        risk=part.risk,
        fix=f"az security pricing create --name {part.plans[0]} --tier standard --extensions name={part.api} isEnabled=True"
        " --subscription {account}",
        cis=part.cis,
    )
    def judge(_subscription: Resource, inventory: Inventory) -> Verdict:
        on = _plans(inventory)
        for plan in part.plans:
            given = many(on.get(plan.lower(), {}).get("extensions"))
            if any(word(each.get("name")) == part.api.lower() and is_on(each.get("isEnabled")) for each in given):
                return passed(f"on in the plan {plan}")
        return failed(f"off in the plan {' and '.join(part.plans)}" if on else "no plan is on")

    return judge


PLANNED = (*(_plan(each) for each in PLANS), *(_part(each) for each in PARTS))


@dataclass(frozen=True, slots=True)
class Integration:
    """A product of Microsoft's that Defender for Cloud works with: its name on the API."""

    api: str
    name: str
    title: str
    risk: str
    cis: tuple[str, ...]


INTEGRATIONS = (
    Integration(
        "WDATP",
        "endpoint_protection",
        "Defender for Endpoint works with Defender for Cloud",
        "Machines come up without protection, and what it finds is not seen here.",
        ("v6:8.1.3.3", "v3:3.1.3.3"),
    ),
    Integration(
        "MCAS",
        "cloud_apps",
        "Defender for Cloud Apps works with Defender for Cloud",
        "What stolen accounts do in Azure is not held against what they do elsewhere.",
        ("v3:3.1.1.2",),
    ),
)


def _integration(made: Integration) -> Check:
    @check(
        f"{SUBSCRIPTION}.defender_{made.name}",
        on=SUBSCRIPTION,
        service=SERVICE,
        control="detection.threat_detector",
        severity=Severity.MEDIUM,
        title=made.title,
        risk=made.risk,
        fix=f"az security setting update --name {made.api} --enabled true --subscription {{account}}",
        cis=made.cis,
    )
    def judge(_subscription: Resource, inventory: Inventory) -> Verdict:
        given = [each["item"] for each in inventory.all(SETTING) if word(each["item"].get("name")) == made.api.lower()]
        return passed("it is on") if any(is_on(inner(each).get("enabled")) for each in given) else failed("it is off")

    return judge


INTEGRATED = tuple(_integration(each) for each in INTEGRATIONS)


@check(
    f"{SUBSCRIPTION}.machines_assessed",
    on=SUBSCRIPTION,
    service=SERVICE,
    control="detection.posture",
    severity=Severity.MEDIUM,
    title="Machines are looked through for known weaknesses",
    risk="Weak software stays in place until somebody uses it.",
    fix="Turn on vulnerability assessment for machines in Defender for Cloud, Environment settings, for subscription {account}",
    cis=("v6:8.1.3.2", "v3:3.1.3.2"),
)
def machines_assessed(_subscription: Resource, inventory: Inventory) -> Verdict:
    chosen = [inner(each["item"]).get("selectedProvider") for each in inventory.all(SERVERS)]
    return passed(in_words(chosen)) if any(chosen) else failed("no product is chosen")


@check(
    f"{SUBSCRIPTION}.findings_exported",
    on=SUBSCRIPTION,
    service=SERVICE,
    control="logging.retention",
    severity=Severity.LOW,
    title="What Defender for Cloud finds is exported",
    risk="Alerts are gone after 90 days, and meet no other log.",
    fix="Turn on continuous export in Defender for Cloud, Environment settings, for subscription {account}",
)
def findings_exported(_subscription: Resource, inventory: Inventory) -> Verdict:
    on = [inner(each["item"]) for each in inventory.all(AUTOMATION) if inner(each["item"]).get("isEnabled") is not False]
    sources = {
        word(source.get("eventSource")) for each in on if many(each.get("actions")) for source in many(each.get("sources"))
    }
    return passed(in_words(sources)) if "alerts" in sources else failed("alerts are not exported")


@check(
    f"{SUBSCRIPTION}.attack_surface_watched",
    on=SUBSCRIPTION,
    service=SERVICE,
    control="detection.external_access",
    severity=Severity.INFORMATIONAL,
    title="The attack surface is watched from outside",
    risk="Forgotten addresses and names are found by others first.",
    fix="Make a workspace of External Attack Surface Management in a resource group of subscription {account}",
    cis=("v6:8.1.16", "v3:3.1.15"),
)
def attack_surface_watched(_subscription: Resource, inventory: Inventory) -> Verdict:
    found = any(True for _ in inventory.all(SURFACE))
    return passed("there is a workspace") if found else failed("there is no workspace")
