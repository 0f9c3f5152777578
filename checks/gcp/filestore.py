"""Checks on file shares of Filestore. Source: Cloud Filestore API, "Instance", "Backup"."""

from __future__ import annotations

from datetime import datetime

from checks.gcp import recent
from checks.gcp.read import Item, in_words, last, many, named, place
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

INSTANCE, BACKUP = "gcp.filestore.instance", "gcp.filestore.backup"
UPDATE = "gcloud filestore instances update {name} --project={account} --location={region} "
TIERS = "TIER_UNSPECIFIED STANDARD PREMIUM BASIC_HDD BASIC_SSD HIGH_SCALE_SSD ENTERPRISE ZONAL REGIONAL"
REGIONAL = ("ENTERPRISE", "REGIONAL")


def _exports(instance: Resource) -> list[tuple[Item, list[Item]]]:
    """Return each share, and what it is exported to."""
    return [(share, many(share, "nfsExportOptions")) for share in many(instance["item"], "fileShares")]


@check(
    f"{INSTANCE}.exports_narrow",
    on=INSTANCE,
    control="data.public_exposure",
    severity=Severity.MEDIUM,
    title="Shares are exported to named addresses",
    risk="Whatever runs in the network mounts the share, reads it and changes it.",
    fix=UPDATE + "--flags-file=FILE, with nfs-export-options that name ip-ranges",
)
def exports_narrow(instance: Resource) -> Verdict:
    """Fail shares without options, or with options that name no addresses: every client of the network may mount them."""
    for share, options in _exports(instance):
        ranges = [frozenset(map(str, each.get("ipRanges") or ())) for each in options]
        if not ranges or not all(ranges):
            return failed(f"{share.get('name')} is exported to the whole network")
        if any(hold_world(each, family) for each in ranges for family in FAMILIES):
            return failed(f"{share.get('name')} is exported to every address")
    return passed("each share names the addresses that may mount it")


@check(
    f"{INSTANCE}.root_squashed",
    on=INSTANCE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Clients' administrators are nobody in particular on the share",
    risk="Whoever is root on one machine is root on the files of all.",
    fix=UPDATE + "--flags-file=FILE, with nfs-export-options of squash-mode ROOT_SQUASH",
)
def root_squashed(instance: Resource) -> Verdict:
    for share, options in _exports(instance):
        modes = [named(each.get("squashMode"), "UNSPECIFIED NO_ROOT_SQUASH ROOT_SQUASH") for each in options]
        if not modes or any(mode != "ROOT_SQUASH" for mode in modes):
            return failed(f"root of the clients is root on {share.get('name')}")
    return passed("root of the clients is nobody in particular")


@check(
    f"{INSTANCE}.clients_sign_in",
    on=INSTANCE,
    control="identity.peers",
    severity=Severity.LOW,
    title="Clients of the share prove who they are",
    risk="NFS believes each client who its users are: whoever takes an address in the network takes their files.",
    fix="It is chosen when it is made: gcloud filestore instances create NEW --protocol=NFS_V4_1 with a directory service",
)
def clients_sign_in(instance: Resource) -> Verdict:
    item = instance["item"]
    known = named(item.get("protocol"), "UNSPECIFIED NFS_V3 NFS_V4_1") == "NFS_V4_1" and item.get("directoryServices")
    return passed("a directory vouches for them") if known else failed("clients are believed who their users are")


@check(
    f"{INSTANCE}.backed_up",
    on=INSTANCE,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Instance was backed up within a week",
    risk="What is deleted, encrypted or broken is gone.",
    fix="gcloud filestore backups create NEW --project={account} --instance={name} --instance-location={region}"
    " --file-share=SHARE --region=REGION",
)
def backed_up(instance: Resource, inventory: Inventory, now: datetime) -> Verdict:
    """Compare only what follows the project: a backup names that of its instance by number."""
    own = place(instance["item"].get("name"))
    return recent.backed_up((each for each in inventory.all(BACKUP) if place(each["item"].get("sourceInstance")) == own), now)


@check(
    f"{INSTANCE}.several_zones",
    on=INSTANCE,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Instance survives the loss of a zone",
    risk="When the zone is down, so is whatever needs the files.",
    fix="It is chosen when it is made: gcloud filestore instances create NEW --tier=REGIONAL --location=REGION",
)
def several_zones(instance: Resource) -> Verdict:
    tier = named(instance["item"].get("tier"), TIERS)
    return (passed if tier in REGIONAL else failed)(f"its tier is {tier}")


@check(
    f"{INSTANCE}.in_own_network",
    on=INSTANCE,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Instance is reached from a network that somebody planned",
    risk="Whatever is started without a thought, in the default network, reaches it.",
    fix="It is chosen when it is made: gcloud filestore instances create NEW --network=name=NETWORK",
)
def in_own_network(instance: Resource) -> Verdict:
    networks = {last(each.get("network")) for each in many(instance["item"], "networks")}
    return (failed if "default" in networks else passed)(f"reached from {in_words(networks) or 'no network'}")
