"""Checks on IoT hubs. Source: IoT Hub REST API, "Iot Hub Resource"; Defender for IoT, "Iot Security Solution"."""

from __future__ import annotations

from checks.azure.read import SET, in_words, is_on, prop, word
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

HUB, SOLUTION = "azure.iothub.hub", "azure.iothub.security_solution"
# The policies that each hub begins with. Source: IoT Hub documentation, "Control access with shared access signatures".
GIVEN = {"iothubowner", "service", "device", "registryread", "registryreadwrite"}


@check(
    f"{HUB}.devices_prove_themselves",
    on=HUB,
    control="identity.peers",
    severity=Severity.LOW,
    title="Devices sign in by certificate, not by a key",
    risk="A key that is read out of one device is copied to others, which pass for it.",
    fix=f"{SET}disableDeviceSAS=true",
)
def devices_prove_themselves(hub: Resource) -> Verdict:
    return passed("keys of devices are off") if is_on(prop(hub, "disableDeviceSAS")) else failed("devices may use keys")


@check(
    f"{HUB}.keys_narrow",
    on=HUB,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Keys for programs may not do everything",
    risk="A key that leaks from one program adds devices, commands them all and reads all that they send.",
    fix="az iot hub policy create --hub-name {name} --name NAME --permissions ServiceConnect, and delete the wide one",
)
def keys_narrow(hub: Resource) -> Verdict:
    """Rights are listed in one text. Those that the hub began with are its owner's affair, and count when keys are off."""
    if is_on(prop(hub, "disableLocalAuth")):
        return passed("keys are off")
    others = [each for each in prop(hub, "authorizationPolicies") or [] if word(each.get("keyName")) not in GIVEN]
    wide = [each.get("keyName") for each in others if {"registrywrite", "serviceconnect"} <= _rights(each.get("rights"))]
    return (
        failed(f"{in_words(wide)} may do everything")
        if wide
        else passed(f"{len(others)} keys beside the given ones, all narrow")
    )


def _rights(text: object) -> set[str]:
    return {each.strip() for each in word(text).split(",")}


@check(
    f"{HUB}.unrouted_kept",
    on=HUB,
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Messages that match no route are kept",
    risk="What devices send is dropped, and nobody knows.",
    fix=f"{SET}routing.fallbackRoute.isEnabled=true",
)
def unrouted_kept(hub: Resource) -> Verdict:
    """Without any route, all goes to the hub's own endpoint."""
    if not prop(hub, "routing.routes"):
        return passed("there are no routes to miss")
    kept = is_on(prop(hub, "routing.fallbackRoute.isEnabled"))
    return passed("the fallback route is on") if kept else failed("the fallback route is off")


@check(
    f"{HUB}.threats_watched",
    on=HUB,
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="Hub is watched by Defender for IoT",
    risk="Devices that are taken over, and keys that are tried, raise no alarm.",
    fix="az security iot-solution create --solution-name NEW --resource-group GROUP --iot-hubs {id} --display-name NEW"
    " --location {region}",
    cis=("v6:8.2.1",),
)
def threats_watched(hub: Resource, inventory: Inventory) -> Verdict:
    for solution in inventory.all(SOLUTION):
        if hub.id in map(word, prop(solution, "iotHubs") or []) and word(prop(solution, "status")) != "disabled":
            return passed(f"by {solution.name}")
    return failed("no solution of Defender for IoT names it")
