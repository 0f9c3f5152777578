"""Names of resources of Compute Engine in cases: as Asset Inventory spells them, and as they link to each other."""

from __future__ import annotations

from typing import Any

from scanner.model import Resource
from tests.cases import ACCOUNT, resource

REGION, ZONE = "europe-west1", "europe-west1-b"
COMPUTE = f"//compute.googleapis.com/projects/{ACCOUNT}/"
NET = "global/networks/net"


def link(path: str, project: str = ACCOUNT) -> str:
    return f"https://www.googleapis.com/compute/v1/projects/{project}/{path}"


def compute(type: str, path: str, region: str = "global", **facts: Any) -> Resource:
    """Return a resource of Compute Engine by its path within the project."""
    return resource(type, COMPUTE + path, region, path.rpartition("/")[2], **facts)
