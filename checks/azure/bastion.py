"""Checks on Bastion: whether there is one, whom it lets in, and what is left when a zone fails."""

from __future__ import annotations

from collections.abc import Iterator

from checks.azure.read import at, in_words, inner, many, prop, word
from checks.azure.settings import setting
from checks.azure.vnet_read import NETWORK, link
from checks.kinds import Kind
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

HOST, MACHINE, SCALE_SET = "azure.bastion.host", "azure.vm.machine", "azure.vmss.scale_set"
SUBSCRIPTION = "azure.subscription.subscription"
KIND = Kind(HOST, "Bastion", "az network bastion update --ids {id}")
SHARED = "developer"
RECORDING = "premium"


def _tier(host: Resource) -> str:
    return word(at(host["item"], "sku.name")) or "basic"


@check(
    f"{SUBSCRIPTION}.bastion_in_place",
    on=SUBSCRIPTION,
    service="azure.bastion",
    control="network.admin_ports",
    severity=Severity.LOW,
    title="Machines are administered through Bastion",
    risk="Without another way in, somebody opens remote control to the internet when he is in a hurry.",
    fix="az network bastion create --name bastion -g GROUP --vnet-name NETWORK --public-ip-address ADDRESS --sku Standard",
    cis=("v6:8.4.1",),
)
def bastion_in_place(subscription: Resource, inventory: Inventory) -> Verdict:
    """Say unknown where networks are joined to those of other subscriptions: a Bastion of theirs may serve both."""
    found = [host.name for host in inventory.all(HOST)]
    if found:
        return passed(f"through {in_words(found)}")
    if not any(next(iter(inventory.all(kind)), None) for kind in (MACHINE, SCALE_SET)):
        return skipped("no machines")
    if beside := next(_beside(subscription, inventory), ""):
        return unknown(f"none here, but {beside} is joined to networks of other subscriptions, where one may stand")
    return failed("no Bastion in any network")


def _beside(subscription: Resource, inventory: Inventory) -> Iterator[str]:
    here = f"/subscriptions/{subscription.account}/"
    for network in inventory.all(NETWORK):
        far = (link(inner(one), "remoteVirtualNetwork.id") for one in many(prop(network, "virtualNetworkPeerings")))
        if any(id and not id.startswith(here) for id in far):
            yield network.name


LINKS_OFF = setting(
    (KIND,),
    "links_off",
    "enableShareableLink",
    "false",
    "false",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="NOUN gives out no links to machines",
    risk="Whoever has such a link stands before the machine's own sign-in, without an account in Azure.",
    fix="MODIFY --enable-shareable-link false",
)


@check(
    f"{HOST}.of_its_own",
    on=HOST,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Bastion stands in a network of one's own",
    risk="The developer tier runs on machines that it shares with other customers, and serves one network from there.",
    fix="az network bastion update --ids {id} --sku Standard, after giving the network a subnet AzureBastionSubnet",
)
def of_its_own(host: Resource) -> Verdict:
    tier = _tier(host)
    return (failed if tier == SHARED else passed)(f"the {tier} tier")


@check(
    f"{HOST}.sessions_recorded",
    on=HOST,
    control="detection.threat_detector",
    severity=Severity.INFORMATIONAL,
    title="Bastion records what administrators do",
    risk="After a break-in, or a mistake, nobody can tell what was done on the machine.",
    fix="az network bastion update --ids {id} --sku Premium --session-recording true",
)
def sessions_recorded(host: Resource) -> Verdict:
    if _tier(host) != RECORDING:
        return failed(f"the {_tier(host)} tier records nothing")
    on = word(prop(host, "enableSessionRecording")) == "true"
    return passed("sessions are recorded") if on else failed("sessions are not recorded")


@check(
    f"{HOST}.spans_zones",
    on=HOST,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Bastion stands in more than one zone",
    risk="When the zone fails, nobody reaches the machines that he is to repair.",
    fix="az network bastion create --name NEW -g GROUP --vnet-name NETWORK --public-ip-address ADDRESS --zones 1 2 3",
)
def spans_zones(host: Resource) -> Verdict:
    if _tier(host) == SHARED:
        return skipped("where the developer tier runs, Azure decides")
    zones = [str(each) for each in host["item"].get("zones") or []]
    return (passed if len(zones) > 1 else failed)(f"in {in_words(zones) or 'no zone that was chosen'}")
