"""Checks that the audit logs of data access are on. What a folder or an organization turns on is on in all below.

Activity that changes settings is always recorded; reads, and access to data, only where an audit configuration says so. The
configurations of a node and of those above it add up, their exemptions too. Source: Cloud Logging documentation, "Enable
Data Access audit logs".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checks.gcp import lineage
from checks.gcp.hierarchy import NODES
from checks.gcp.read import in_words, named
from checks.kinds import each
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

TYPES = "LOG_TYPE_UNSPECIFIED ADMIN_READ DATA_WRITE DATA_READ"
ALL_SERVICES, ALL_TYPES = "allServices", frozenset(TYPES.split()[1:])
DATA = frozenset({"DATA_READ", "DATA_WRITE"})

Policy = Mapping[str, Any] | None


def _recorded(policies: Iterable[Policy], services: Sequence[str]) -> tuple[set[str], set[str]]:
    """Return which kinds of access to *services* are recorded, and who is exempted."""
    kinds: set[str] = set()
    exempted: set[str] = set()
    for policy in policies:
        for config in (policy or {}).get("auditConfigs") or []:
            if config.get("service") in services:
                for entry in config.get("auditLogConfigs") or []:
                    kinds.add(named(entry.get("logType"), TYPES))
                    exempted.update(entry.get("exemptedMembers") or ())
    return kinds, exempted


def _judge(node: Resource, services: Sequence[str], wanted: frozenset[str]) -> Verdict:
    own = node["iam_policy"]
    if exempted := _recorded([own], services)[1]:
        return failed(f"what {in_words(exempted)} does is not recorded")
    above = [each["iam_policy"] for each in lineage.ancestors(node)]
    kinds, exempted = _recorded([own, *above], services)
    if missing := wanted - kinds:
        return failed(f"{in_words(missing)} is not recorded")
    return failed(f"what {in_words(exempted)} does is not recorded") if exempted else passed("recorded, and nobody is exempted")


@each(
    [kind for kind in NODES if kind.type != lineage.FOLDER],
    "data_access_recorded",
    control="logging.data_events",
    severity=Severity.MEDIUM,
    title="NOUN records access to data in all services",
    risk="Nobody can tell who read or changed what: by default, only changes of settings are recorded.",
    fix="Add auditConfigs for allServices with ADMIN_READ, DATA_READ and DATA_WRITE, without exemptions: gcloud MODIFY"
    " set-iam-policy {name} policy.yaml",
    cis=("v4:2.1", "v5:2.1"),
)
def data_access_recorded(node: Resource) -> Verdict:
    return _judge(node, [ALL_SERVICES], ALL_TYPES)


@dataclass(frozen=True, slots=True)
class Kept:
    """A service that keeps what people want to know the readers of. ``kind``: what must be there to be read."""

    service: str
    name: str
    api: str
    kind: str
    title: str
    risk: str


KEPT = (
    Kept(
        "gcp.artifactregistry",
        "image_use_recorded",
        "artifactregistry.googleapis.com",
        "gcp.artifactregistry.repository",
        "Who uploads and downloads packages is recorded",
        "When an image was swapped or stolen, nobody can tell by whom.",
    ),
    Kept(
        "gcp.kms",
        "key_use_recorded",
        "cloudkms.googleapis.com",
        "gcp.kms.crypto_key",
        "Who uses keys is recorded",
        "Nobody can tell who decrypted what.",
    ),
    Kept(
        "gcp.secretmanager",
        "secret_use_recorded",
        "secretmanager.googleapis.com",
        "gcp.secretmanager.secret",
        "Who reads secrets is recorded",
        "When a secret has leaked, nobody can tell who had read it.",
    ),
    Kept(
        "gcp.vertexai",
        "model_use_recorded",
        "aiplatform.googleapis.com",
        "gcp.vertexai.endpoint",
        "Who asks models is recorded",
        "When a model was copied through its answers, nobody can tell by whom.",
    ),
    Kept(
        "gcp.storage",
        "object_use_recorded",
        "storage.googleapis.com",
        "gcp.storage.bucket",
        "Who reads and writes objects is recorded",
        "When files were copied or changed, nobody can tell by whom.",
    ),
    Kept(
        "gcp.spanner",
        "spanner_use_recorded",
        "spanner.googleapis.com",
        "gcp.spanner.database",
        "Who reads and changes Spanner's databases is recorded",
        "When data was copied or changed, nobody can tell by whom.",
    ),
    Kept(
        "gcp.firestore",
        "firestore_use_recorded",
        "datastore.googleapis.com",  # the name that stands for both modes. Source: Firestore documentation, "Audit logging"
        "gcp.firestore.database",
        "Who reads and changes Firestore's databases is recorded",
        "When data was copied or changed, nobody can tell by whom.",
    ),
    Kept(
        "gcp.bigtable",
        "bigtable_use_recorded",
        "bigtable.googleapis.com",
        "gcp.bigtable.table",
        "Who reads and changes Bigtable's tables is recorded",
        "When data was copied or changed, nobody can tell by whom.",
    ),
)


def _use_recorded(kept: Kept) -> Check:
    @check(
        f"gcp.project.project.{kept.name}",
        on=lineage.PROJECT,
        service=kept.service,
        control="logging.data_events",
        severity=Severity.LOW,
        title=kept.title,
        risk=kept.risk,
        fix=f"Add auditConfigs for {kept.api} with DATA_READ and DATA_WRITE: gcloud projects set-iam-policy {{account}}"
        " policy.yaml",
    )
    def judge(project: Resource, inventory: Inventory) -> Verdict:
        if not any(True for _ in inventory.all(kept.kind)):
            return skipped("the project has none")
        return _judge(project, [ALL_SERVICES, kept.api], DATA)

    return judge


USE_RECORDED = tuple(_use_recorded(kept) for kept in KEPT)
