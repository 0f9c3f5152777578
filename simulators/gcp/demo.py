"""What the demo shows of Google Cloud: an organization with its folders and projects, but not what runs inside machines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from simulators.gcp.estate import ORGANIZATION
from simulators.gcp.faults import Fault
from simulators.gcp.server import SimulatedGcp
from simulators.stage import Stage

WITHHELD = "OS_INVENTORY"  # read with a permission of its own, which a role made by hand easily lacks


@contextmanager
def staged() -> Iterator[Stage]:
    with SimulatedGcp.start() as gcp:
        gcp.fault(Fault(WITHHELD, "denied"))
        projects = ", ".join(node.id for node in gcp.estate.nodes if node.kind == "projects")
        told = f"a Google Cloud organization, projects {projects}; we may not see what is installed on machines"
        yield Stage(told, gcp.environment, [{"name": "example", "organization": ORGANIZATION.number}])
