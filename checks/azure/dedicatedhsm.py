"""Checks on dedicated HSMs. What they hold, and who signs in to them, is known to the devices alone."""

from __future__ import annotations

from checks.azure.read import at, in_words, prop, same
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

HSM = "azure.dedicatedhsm.hsm"


@check(
    f"{HSM}.twin",
    on=HSM,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Dedicated HSM has a twin elsewhere",
    risk="When the device fails, all that was encrypted with its keys stands still, or is lost.",
    fix="az dedicated-hsm create --name NEW --resource-group GROUP --location OTHER, and pair the two",
)
def twin(hsm: Resource, inventory: Inventory) -> Verdict:
    others = [
        each
        for each in inventory.all(HSM)
        if each.id != hsm.id and (each.region != hsm.region or not same(_stamp(each), _stamp(hsm)))
    ]
    return passed(f"{others[0].name} in {others[0].region}") if others else failed("it is the only one, or all stand together")


def _stamp(hsm: Resource) -> object:
    return prop(hsm, "stampId") or in_words(hsm["item"].get("zones") or [])


@check(
    f"{HSM}.managed_apart",
    on=HSM,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Dedicated HSM is administered from a network of its own",
    risk="Whoever may use a key may knock at the door of its administrators as well.",
    fix="Chosen when it is made: az dedicated-hsm create --mgmt-network-subnet SUBNET",
)
def managed_apart(hsm: Resource) -> Verdict:
    using, managing = (at(prop(hsm, path), "subnet.id") for path in ("networkProfile", "managementNetworkProfile"))
    if not managing:
        return skipped("devices of its kind have no second network, or none is told of")
    return failed("by the subnet that uses it") if same(managing, using) else passed("by a subnet of its own")
