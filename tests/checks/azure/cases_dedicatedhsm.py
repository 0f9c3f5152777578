"""Cases of dedicated HSMs."""

from __future__ import annotations

from typing import Any

from checks.azure import dedicatedhsm
from scanner.model import Resource
from tests.cases import FAIL, PASS, REGION, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import row


def standing(stamp: str, id: str = "other", region: str = REGION) -> Resource:
    return resource(dedicatedhsm.HSM, id, region, item=row(stampId=stamp))


def managed(by: str | None) -> dict[str, Any]:
    return row(
        networkProfile={"subnet": {"id": "/subnets/use"}}, managementNetworkProfile={"subnet": {"id": by}} if by else None
    )


ITEM = row(stampId="stamp1")

CASES = [
    case(dedicatedhsm.twin, PASS, item=ITEM, inventory=[standing("stamp2")]),
    case(dedicatedhsm.twin, PASS, item=ITEM, inventory=[standing("stamp1", region="us-east-1")]),
    case(dedicatedhsm.twin, FAIL, item=ITEM, inventory=[standing("STAMP1"), standing("stamp2", "under-test")]),
    case(dedicatedhsm.twin, UNKNOWN, item=ITEM, inventory=[unlisted(dedicatedhsm.HSM)]),
    case(dedicatedhsm.managed_apart, PASS, item=managed("/subnets/manage")),
    case(dedicatedhsm.managed_apart, FAIL, item=managed("/Subnets/Use")),
    case(dedicatedhsm.managed_apart, SKIP, item=managed(None)),
]
