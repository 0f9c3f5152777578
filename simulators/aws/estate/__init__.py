"""Fills simulated accounts, the way careful and careless people do; the same numbers give the same estate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from moto.moto_api._internal import mock_random

from simulators.aws.estate.analytics import catalogs, models, notebooks
from simulators.aws.estate.applications import events, functions, images, queues, signing, topics
from simulators.aws.estate.balancers import balancers
from simulators.aws.estate.buckets import buckets, vaults
from simulators.aws.estate.clusters import clusters
from simulators.aws.estate.crossings import crossings, doors
from simulators.aws.estate.data_services import caches, search, warehouses
from simulators.aws.estate.data_services_moving import brokers, documents, streams
from simulators.aws.estate.databases import databases
from simulators.aws.estate.deployments import app_services, environments, flows, jobs, pipelines
from simulators.aws.estate.edge import apis, fronts, names
from simulators.aws.estate.keys import keys, secrets
from simulators.aws.estate.logs import deliveries, logs, trails
from simulators.aws.estate.machines import machines
from simulators.aws.estate.networks import networks
from simulators.aws.estate.offices import desktops, directories, scanned_code, small_servers, transfers
from simulators.aws.estate.organization import MANAGEMENT, NAMES, SANDBOX, organization
from simulators.aws.estate.people import access, people
from simulators.aws.estate.place import ROLE, Place
from simulators.aws.estate.prompts import prompts
from simulators.aws.estate.queries import big_data, workgroups
from simulators.aws.estate.stores import backups, files, tables
from simulators.aws.estate.watching import detectors, recorders, sign_in
from simulators.aws.estate.workloads import builds, containers, groups, management, stacks
from simulators.aws.supplement.defaults import REGIONS

__all__ = ["MANAGEMENT", "NAMES", "REGIONS", "ROLE", "SMALL", "Place", "fill", "fill_organization"]
Theme = Callable[[Place, int], None]
SMALL: Sequence[Theme] = (people, buckets, queues)
# Each in this order: what comes later uses what came before.
ONCE: Sequence[Theme] = (organization, people, access, buckets, fronts)
ALWAYS: Sequence[Theme] = (keys, vaults, topics, logs, trails, recorders, detectors)
WORK: Sequence[Theme] = (
    *(secrets, queues, networks, machines, balancers, databases, tables, files, backups),
    *(events, functions, signing, images, clusters, deliveries),
    *(names, apis, crossings, doors),
    *(caches, search, warehouses, documents, streams, brokers),
    *(containers, groups, management, stacks, builds),
    *(flows, environments, app_services, jobs, pipelines),
    *(notebooks, models, catalogs, prompts, big_data, workgroups),
    *(transfers, small_servers, desktops, directories, scanned_code),
)


def fill(place: Place, scale: int, themes: Sequence[Theme] = SMALL) -> None:
    """Put *scale* times what each theme knows into one account."""
    mock_random.seed(f"{place.account} {place.region}")
    for theme in themes:
        theme(place, scale)


def fill_organization(place: Place, scale: int) -> None:
    """Fill three accounts: the one that manages, which runs no workloads, a careful one and a careless one."""
    for account in NAMES:
        here = replace(place, account=account, careful=account != SANDBOX, made={})
        fill(here, scale, ONCE)
        for region in REGIONS:
            fill(here.within(region), scale, ALWAYS if account == MANAGEMENT else (*ALWAYS, *WORK))
        if account == MANAGEMENT:
            fill(here, scale, [sign_in])
