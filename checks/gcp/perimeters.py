"""Checks on service perimeters (VPC Service Controls): what they hold, and whom they let through.

A perimeter keeps data of its projects in, and stolen credentials out. What it names under ``status`` is in force, under
``spec`` a dry run. Source: Access Context Manager API reference, "accessPolicies.servicePerimeters".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.gcp import lineage
from checks.gcp.read import in_words
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

PERIMETER, LEVEL = "gcp.organization.service_perimeter", "gcp.organization.access_level"
ANYBODY = ("ANY_IDENTITY", "ANY_SERVICE_ACCOUNT", "ANY_USER_ACCOUNT", 1, 2, 3)
Item = Mapping[str, Any]


def in_force(sections: object) -> Iterator[Item]:
    """Yield what the perimeters among *sections* of access policies enforce."""
    for each in sections if isinstance(sections, list) else []:
        perimeter = each.get("servicePerimeter")
        if perimeter and perimeter.get("perimeterType") not in ("PERIMETER_TYPE_BRIDGE", 1):
            yield perimeter.get("status") or {}


def _fenced(project: Resource) -> set[str]:
    """Return the services that perimeters keep to themselves in *project*."""
    return {service for status in in_force(project["access_policy"]) for service in status.get("restrictedServices") or []}


@check(
    "gcp.project.project.in_perimeter",
    on=lineage.PROJECT,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Project lies within a service perimeter",
    risk="Stolen credentials work from anywhere, and copy data to projects of strangers.",
    fix="gcloud access-context-manager perimeters update PERIMETER --add-resources=projects/NUMBER",
    cis=("v5:3.8",),
)
def in_perimeter(project: Resource) -> Verdict:
    if not lineage.in_organization(project):
        return skipped("perimeters need an organization")
    services = _fenced(project)
    return passed(f"a perimeter holds {in_words(services)}") if services else failed("no perimeter that is in force holds it")


@dataclass(frozen=True, slots=True)
class Fenced:
    """A service whose public endpoint a perimeter can close. ``kind``: what must be there to be reached."""

    service: str
    name: str
    api: str
    kind: str
    title: str
    risk: str


FENCED = (
    Fenced(
        "gcp.artifactregistry",
        "packages_fenced",
        "artifactregistry.googleapis.com",
        "gcp.artifactregistry.repository",
        "Packages are reached from within a service perimeter only",
        "Stolen credentials download images, and upload others, from anywhere.",
    ),
    Fenced(
        "gcp.kms",
        "keys_fenced",
        "cloudkms.googleapis.com",
        "gcp.kms.crypto_key",
        "Keys are used from within a service perimeter only",
        "Stolen credentials decrypt from anywhere.",
    ),
    Fenced(
        "gcp.secretmanager",
        "secrets_fenced",
        "secretmanager.googleapis.com",
        "gcp.secretmanager.secret",
        "Secrets are read from within a service perimeter only",
        "Stolen credentials read secrets from anywhere.",
    ),
    Fenced(
        "gcp.logging",
        "logs_fenced",
        "logging.googleapis.com",
        "gcp.logging.log_bucket",
        "Logs are read and led on within a service perimeter only",
        "Stolen credentials read the logs from anywhere, or lead them to a stranger's project.",
    ),
    Fenced(
        "gcp.vertexai",
        "models_fenced",
        "aiplatform.googleapis.com",
        "gcp.vertexai.model",
        "Models are reached from within a service perimeter only",
        "Stolen credentials copy models, and what they learned from, from anywhere.",
    ),
    Fenced(
        "gcp.storage",
        "buckets_fenced",
        "storage.googleapis.com",
        "gcp.storage.bucket",
        "Buckets are reached from within a service perimeter only",
        "Stolen credentials copy buckets to anywhere.",
    ),
    Fenced(
        "gcp.bigquery",
        "datasets_fenced",
        "bigquery.googleapis.com",
        "gcp.bigquery.dataset",
        "Datasets are queried from within a service perimeter only",
        "Stolen credentials copy datasets to a stranger's project.",
    ),
    Fenced(
        "gcp.pubsub",
        "topics_fenced",
        "pubsub.googleapis.com",
        "gcp.pubsub.topic",
        "Topics are reached from within a service perimeter only",
        "Stolen credentials listen to topics, or send to them, from anywhere.",
    ),
    Fenced(
        "gcp.spanner",
        "spanner_fenced",
        "spanner.googleapis.com",
        "gcp.spanner.database",
        "Spanner's databases are reached from within a service perimeter only",
        "Stolen credentials read databases from anywhere.",
    ),
    Fenced(
        "gcp.firestore",
        "firestore_fenced",
        "firestore.googleapis.com",
        "gcp.firestore.database",
        "Firestore's databases are reached from within a service perimeter only",
        "Stolen credentials read databases from anywhere.",
    ),
    Fenced(
        "gcp.bigtable",
        "bigtable_fenced",
        "bigtable.googleapis.com",
        "gcp.bigtable.instance",
        "Bigtable is reached from within a service perimeter only",
        "Stolen credentials read tables from anywhere.",
    ),
)


def _fence(fenced: Fenced) -> Check:
    @check(
        f"gcp.project.project.{fenced.name}",
        on=lineage.PROJECT,
        service=fenced.service,
        control="network.public_access",
        severity=Severity.LOW,
        title=fenced.title,
        risk=fenced.risk,
        fix=f"gcloud access-context-manager perimeters update PERIMETER --add-restricted-services={fenced.api}",
    )
    def judge(project: Resource, inventory: Inventory) -> Verdict:
        if not lineage.in_organization(project):
            return skipped("perimeters need an organization")
        if not any(True for _ in inventory.all(fenced.kind)):
            return skipped("the project has none")
        return passed(f"a perimeter holds {fenced.api}") if fenced.api in _fenced(project) else failed("no perimeter holds it")

    return judge


FENCES = tuple(_fence(each) for each in FENCED)


@check(
    "gcp.organization.service_perimeter.enforced",
    on=PERIMETER,
    control="network.segmentation",
    severity=Severity.MEDIUM,
    title="Service perimeter is enforced",
    risk="Everybody believes that data cannot leave, and it can.",
    fix="gcloud access-context-manager perimeters dry-run enforce {name}",
    cis=("v5:3.8",),
)
def enforced(perimeter: Resource) -> Verdict:
    item = perimeter["item"]
    if item.get("perimeterType") in ("PERIMETER_TYPE_BRIDGE", 1):
        return skipped("a bridge between perimeters restricts nothing")
    status = item.get("status") or {}
    if not status.get("resources"):
        return failed("only a dry run names projects" if (item.get("spec") or {}).get("resources") else "it holds no project")
    services = status.get("restrictedServices") or []
    return passed(f"holds {len(services)} service(s)") if services else failed("it restricts no service")


@check(
    "gcp.organization.service_perimeter.callers_named",
    on=PERIMETER,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Service perimeter lets in named callers or networks only",
    risk="The perimeter is open to anybody with stolen credentials, from anywhere.",
    fix="Name identities or sources in the ingress policy: gcloud access-context-manager perimeters update {name}"
    " --set-ingress-policies=FILE",
)
def callers_named(perimeter: Resource) -> Verdict:
    rules = (perimeter["item"].get("status") or {}).get("ingressPolicies") or []
    wide = [rule for rule in rules if _open(rule.get("ingressFrom") or {})]
    return failed(f"{len(wide)} rule(s) let in anybody from anywhere") if wide else passed(f"{len(rules)} rule(s), all narrow")


def _open(given: Item) -> bool:
    """Tell whether an ingress rule asks neither who calls nor from where. Without a source, it admits from nowhere."""
    anywhere = any(each.get("accessLevel") == "*" for each in given.get("sources") or [])
    return anywhere and given.get("identityType") in ANYBODY


@check(
    "gcp.organization.service_perimeter.data_kept",
    on=PERIMETER,
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Service perimeter lets data out to named projects only",
    risk="Whoever works inside copies the data to a project of his own.",
    fix="Name resources in the egress policy: gcloud access-context-manager perimeters update {name}"
    " --set-egress-policies=FILE",
)
def data_kept(perimeter: Resource) -> Verdict:
    rules = (perimeter["item"].get("status") or {}).get("egressPolicies") or []
    wide = [rule for rule in rules if "*" in ((rule.get("egressTo") or {}).get("resources") or [])]
    anybody = [rule for rule in wide if (rule.get("egressFrom") or {}).get("identityType") in ANYBODY]
    return failed(f"{len(anybody)} rule(s) let anybody copy to anywhere") if anybody else passed(f"{len(rules)} rule(s)")


@check(
    "gcp.organization.access_level.networks_narrow",
    on=LEVEL,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Access level names networks, not the whole world",
    risk="What asks for the level asks for nothing: everybody has it.",
    fix="gcloud access-context-manager levels update {name} --basic-level-spec=FILE",
)
def networks_narrow(level: Resource) -> Verdict:
    conditions = (level["item"].get("basic") or {}).get("conditions") or []
    named = [frozenset(each["ipSubnetworks"]) for each in conditions if each.get("ipSubnetworks") and not each.get("negate")]
    if not named:
        return skipped("the level doesn't ask for networks")
    if any(hold_world(each, family) for each in named for family in FAMILIES):
        return failed("its networks are the whole world")
    return passed(f"names {sum(len(each) for each in named)} network(s)")
