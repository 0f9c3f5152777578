"""Checks on scale sets alone: addresses of their machines, repairs, zones, and the system of their image."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from checks.azure import guests
from checks.azure.machines import NO_MODEL, SCALE_SET, model, of_cluster, ours
from checks.azure.read import Item, at, in_words, inner, is_on, many, needed, prop
from checks.support import lasting
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped


def _interfaces(scale_set: Resource) -> Iterator[tuple[str, Item]]:
    given = at(model(scale_set), "networkProfile.networkInterfaceConfigurations")
    for each in many(needed(given, "interfaces of its machines")):
        yield str(each.get("name")), inner(each)


@check(
    f"{SCALE_SET}.no_public_addresses",
    on=SCALE_SET,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Scale set gives its machines no public addresses",
    risk="The whole internet knocks at each of them, and one rule too wide lets it in.",
    fix="az vmss update --ids {id} --remove virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0]"
    ".ipConfigurations[0].publicIPAddressConfiguration, and put a load balancer in front",
)
@ours
def no_public_addresses(scale_set: Resource) -> Verdict:
    public = {
        name
        for name, interface in _interfaces(scale_set)
        for each in many(interface.get("ipConfigurations"))
        if inner(each).get("publicIPAddressConfiguration")
    }
    return failed(f"on {in_words(public)}") if public else passed("none of its interfaces gets one")


@check(
    f"{SCALE_SET}.repaired",
    on=SCALE_SET,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Scale set replaces machines that are not well",
    risk="Broken machines stay, until nobody is left to answer.",
    fix="az vmss update --ids {id} --enable-automatic-repairs true",
)
@ours
def repaired(scale_set: Resource) -> Verdict:
    return passed("repairs are on") if is_on(prop(scale_set, "automaticRepairsPolicy.enabled")) else failed("repairs are off")


@check(
    f"{SCALE_SET}.several_zones",
    on=SCALE_SET,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Scale set is spread over zones",
    risk="When the zone is down, so is all that it serves.",
    fix="az vmss update --ids {id} --zones 1 2 3",
)
@ours
def several_zones(scale_set: Resource) -> Verdict:
    zones = scale_set["item"].get("zones") or []
    return (passed if len(zones) > 1 else failed)(f"zones: {in_words(zones) or 'none named'}")


@check(
    f"{SCALE_SET}.system_maintained",
    on=SCALE_SET,
    control="guest_os.supported_version",
    severity=Severity.HIGH,
    title="Scale set's image holds a system that is still maintained",
    risk="New holes are not closed any more, and every new machine has them.",
    fix="az vmss update --ids {id} --set virtualMachineProfile.storageProfile.imageReference.sku=SKU",
)
def system_maintained(scale_set: Resource, now: datetime) -> Verdict:
    if reason := of_cluster(scale_set) or ("" if model(scale_set) else NO_MODEL):
        return skipped(reason)
    image = at(model(scale_set), "storageProfile.imageReference")
    made = " ".join(str(at(image, each) or "") for each in ("publisher", "offer", "sku"))
    return guests.maintained(guests.system(made), now, extended=True)


MAINTENANCE_LASTS = lasting(system_maintained)
