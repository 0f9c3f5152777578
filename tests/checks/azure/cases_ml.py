"""Cases of workspaces of Machine Learning."""

from __future__ import annotations

from typing import Any

from checks.azure import ml
from scanner.evaluation.check import Check
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.azure.cases_aks import PRICING, SCANS
from tests.checks.azure.data import below, row

PROJECT = {"kind": "project"}


def compute(kind: str = "ComputeInstance", name: str = "one", local: bool | None = None, **own: Any) -> dict[str, Any]:
    return below(name, computeType=kind, disableLocalAuth=local, properties=own)


def asked(check: Check, good: dict[str, Any], bad: dict[str, Any]) -> list[Any]:
    """Return the cases of a question that each compute answers."""
    attached = compute("Kubernetes", "attached")
    return [
        case(check, PASS, item=row(), computes=[good, attached]),
        case(check, FAIL, item=row(), computes=[good, bad]),
        case(check, SKIP, item=row(), computes=[attached]),
        case(check, UNKNOWN, item=row(), computes=DENIED),
    ]


def image(latest: bool | None) -> dict[str, Any]:
    return compute(osImageMetadata={"currentImageVersion": "26.04.01", "isLatestOsImageVersion": latest})


CASES = [
    case(ml.own_network, PASS, item=row(managedNetwork={"isolationMode": "AllowInternetOutbound"}), computes=DENIED),
    case(ml.own_network, PASS, item=row(), computes=[compute(subnet={"id": "/x/subnets/ml"})]),
    case(ml.own_network, FAIL, item=row(managedNetwork={"isolationMode": "Disabled"}), computes=[]),
    case(ml.own_network, FAIL, item=row(), computes=[compute(subnet={"id": "/x/subnets/ml"}), compute("AmlCompute", "b")]),
    case(ml.own_network, SKIP, item=row(PROJECT), computes=[]),
    case(ml.own_network, UNKNOWN, item=row(), computes=DENIED),
    case(ml.storage_by_identity, PASS, item=row(systemDatastoresAuthMode="identity")),
    case(ml.storage_by_identity, FAIL, item=row(systemDatastoresAuthMode="accessKey")),
    case(ml.storage_by_identity, FAIL, item=row()),
    case(ml.storage_by_identity, SKIP, item=row(PROJECT)),
    case(ml.current_api, PASS, item=row(v1LegacyMode=False)),
    case(ml.current_api, FAIL, item=row(v1LegacyMode=True)),
    case(ml.images_scanned, PASS, item=row(containerRegistry="/x/registries/r"), inventory=[SCANS]),
    case(ml.images_scanned, FAIL, item=row(containerRegistry="/x/registries/r")),
    case(ml.images_scanned, SKIP, item=row()),
    case(ml.images_scanned, UNKNOWN, item=row(containerRegistry="/x"), inventory=[unlisted(PRICING)]),
    *asked(
        ml.computes_ssh_closed,
        compute(sshSettings={"sshPublicAccess": "Disabled"}),
        compute("AmlCompute", "b", remoteLoginPortPublicAccess="Enabled"),
    ),
    case(ml.computes_ssh_closed, FAIL, item=row(), computes=[compute(sshSettings={"sshPublicAccess": "enabled"})]),
    *asked(ml.computes_private, compute(enableNodePublicIp=False), compute("AmlCompute", "b", enableNodePublicIp=None)),
    *asked(ml.computes_entra_only, compute(local=True), compute("AmlCompute", "b", local=False)),
    *asked(ml.computes_current, image(latest=True), image(latest=False)),
    case(ml.computes_current, UNKNOWN, item=row(), computes=[compute()]),
    *asked(
        ml.computes_personal, compute(applicationSharingPolicy="Personal"), compute(name="b", applicationSharingPolicy="Shared")
    ),
]
