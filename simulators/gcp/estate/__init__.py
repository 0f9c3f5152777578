"""Fills a simulated organization, the way careful and careless people do: everything good stands beside something bad."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulators.gcp.estate.applications import applications
from simulators.gcp.estate.hierarchy import (
    CAREFUL,
    CARELESS,
    CORE,
    LONELY,
    NODES,
    ORGANIZATION,
    PRODUCTION,
    SANDBOX,
    SHOP,
    hierarchy,
    node_itself,
)
from simulators.gcp.estate.identities import apis, identities
from simulators.gcp.estate.keys import keys
from simulators.gcp.estate.machines import clusters, machines
from simulators.gcp.estate.networks import hierarchical, networks
from simulators.gcp.estate.place import Estate, Node, Place
from simulators.gcp.estate.stores import stores
from simulators.gcp.estate.watching import command_center, watching

__all__ = [
    "CAREFUL",
    "CARELESS",
    "CORE",
    "LONELY",
    "NODES",
    "ORGANIZATION",
    "PRODUCTION",
    "SANDBOX",
    "SHOP",
    "Estate",
    "Node",
    "Place",
    "organization",
]
Theme = Callable[[Place], None]
ALWAYS: Sequence[Theme] = (apis, identities, keys, watching)
WORK: Sequence[Theme] = (networks, machines, clusters, stores, applications)


def organization(estate: Estate, projects: int = 0) -> Estate:
    """Fill *estate* with an organization of four projects, and so many more *projects*, in turn good and bad."""
    hierarchy(estate)
    top = Place(estate, ORGANIZATION)
    command_center(top)
    hierarchical(top, PRODUCTION)
    for node in (CORE, CAREFUL, CARELESS, LONELY):
        fill(Place(estate, node), ALWAYS if node in (CORE, LONELY) else (*ALWAYS, *WORK))
    for number in range(projects):
        careful = number % 2 == 0
        node = Node("projects", str(444444444400 + number), f"team-{number:03}", SHOP if careful else SANDBOX, careful)
        estate.nodes.append(node)
        node_itself(Place(estate, node))
        fill(Place(estate, node), (*ALWAYS, *WORK))
    return estate


def fill(place: Place, themes: Sequence[Theme]) -> None:
    for theme in themes:
        theme(place)
