"""Checks on ways into other networks: routers with NAT, VPN tunnels, Interconnect."""

from __future__ import annotations

from checks.gcp.read import Item, last, linked, many, place, yes
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

ROUTER, TUNNEL, GATEWAY = "gcp.router.router", "gcp.router.vpn_tunnel", "gcp.router.vpn_gateway"
CLASSIC, LINE, ATTACHMENT = "gcp.router.target_vpn_gateway", "gcp.router.interconnect", "gcp.router.interconnect_attachment"
NAT = "gcloud compute routers nats update NAT --project={account} --router={name} --region={region} "
UP = {"ESTABLISHED"}
COMING = {"PROVISIONING", "WAITING_FOR_FULL_CONFIG", "ALLOCATING_RESOURCES", "FIRST_HANDSHAKE"}


# ---- NAT -------------------------------------------------------------------------------------------------------------


@check(
    f"{ROUTER}.translations_logged",
    on=ROUTER,
    control="logging.flow_logs",
    severity=Severity.LOW,
    title="NAT logs whom machines talked to",
    risk="When somebody complains of an attack from the address, nobody can tell which machine it was.",
    fix=NAT + "--enable-logging",
)
def translations_logged(router: Resource) -> Verdict:
    gateways = many(router["item"], "nats")
    if not gateways:
        return skipped("no NAT")
    silent = [str(one.get("name")) for one in gateways if not _logs_translations(one)]
    return failed(f"not logged: {', '.join(silent)}") if silent else passed("translations are logged")


def _logs_translations(gateway: Item) -> bool:
    config = gateway.get("logConfig") or {}
    return yes(config.get("enable")) and config.get("filter", "ALL") != "ERRORS_ONLY"


@check(
    f"{ROUTER}.nat_for_chosen_subnets",
    on=ROUTER,
    control="network.segmentation",
    severity=Severity.LOW,
    title="NAT serves only the subnets that somebody chose",
    risk="Every machine of the region, those of tomorrow too, reaches the internet.",
    fix=NAT + "--nat-custom-subnet-ip-ranges=SUBNETS",
)
def nat_for_chosen_subnets(router: Resource) -> Verdict:
    gateways = [one for one in many(router["item"], "nats") if one.get("type", "PUBLIC") == "PUBLIC"]
    if not gateways:
        return skipped("no NAT to the internet")
    wide = [str(one.get("name")) for one in gateways if str(one.get("sourceSubnetworkIpRangesToNat")).startswith("ALL_")]
    return failed(f"serves all subnets: {', '.join(wide)}") if wide else passed("serves chosen subnets")


# ---- BGP -------------------------------------------------------------------------------------------------------------


@check(
    f"{ROUTER}.peers_prove_themselves",
    on=ROUTER,
    control="identity.peers",
    severity=Severity.LOW,
    title="Routers outside prove who they are",
    risk="Whoever gets onto the line in between can take over the session, and lead traffic to themselves.",
    fix="gcloud compute routers update-bgp-peer {name} --project={account} --region={region} --peer-name=PEER"
    " --md5-authentication-key=KEY",
)
def peers_prove_themselves(router: Resource) -> Verdict:
    peers = [one for one in many(router["item"], "bgpPeers") if str(one.get("enable", "TRUE")).upper() == "TRUE"]
    if not peers:
        return skipped("no peers")
    silent = [str(one.get("name")) for one in peers if not one.get("md5AuthenticationKeyName")]
    return failed(f"no key: {', '.join(silent[:3])}") if silent else passed(f"{len(peers)} peer(s) with a key")


# ---- VPN -------------------------------------------------------------------------------------------------------------


@check(
    f"{TUNNEL}.current_ike",
    on=TUNNEL,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Tunnel is set up by version 2 of IKE",
    risk="The older version gives up who talks to whom, and lets shared keys be guessed offline in its aggressive mode.",
    fix="gcloud compute vpn-tunnels create NEW --project={account} --region={region} --ike-version=2, then delete {name}",
)
def current_ike(tunnel: Resource) -> Verdict:
    version = int(tunnel["item"].get("ikeVersion", 2))
    return (passed if version >= 2 else failed)(f"version {version} of IKE")


@check(
    f"{TUNNEL}.up",
    on=TUNNEL,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Tunnel is up",
    risk="What should be a spare is none, or an old key still opens a way that nobody watches.",
    fix="gcloud compute vpn-tunnels describe {name} --project={account} --region={region}, then mend it, or delete it",
)
def up(tunnel: Resource) -> Verdict:
    status = str(tunnel["item"].get("status") or "unknown")
    if status in COMING:
        return skipped(f"its status is {status}")
    return (passed if status in UP else failed)(f"its status is {status}")


@check(
    f"{TUNNEL}.has_a_spare",
    on=TUNNEL,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Tunnel has a second one beside it, on another interface",
    risk="Upkeep of one gateway, or one line that fails, cuts the networks off from each other.",
    fix="gcloud compute vpn-gateways create GATEWAY --project={account} --region={region} --network=NETWORK, then a tunnel on"
    " each of its interfaces",
)
def has_a_spare(tunnel: Resource, inventory: Inventory) -> Verdict:
    gateway = tunnel["item"].get("vpnGateway")
    if not gateway:
        return failed("of a classic gateway, which has one interface")
    beside = [one["item"] for one in inventory.all(TUNNEL) if place(one["item"].get("vpnGateway")) == place(gateway)]
    interfaces = sorted({int(one.get("vpnGatewayInterface", 0)) for one in beside})
    return (passed if len(interfaces) > 1 else failed)(f"{last(gateway)} has tunnels on {len(interfaces)} of its interfaces")


# ---- Interconnect ----------------------------------------------------------------------------------------------------


@check(
    f"{LINE}.encrypted",
    on=LINE,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Line to Google is encrypted, and stays down rather than go on in clear",
    risk="Whoever gets at the line, or at a building that it passes, reads what is sent.",
    fix="gcloud compute interconnects macsec update {name} --project={account} --enabled --no-fail-open",
)
def encrypted(line: Resource, inventory: Inventory) -> Verdict:
    item = line["item"]
    if not yes(item.get("macsecEnabled")):
        above = [one for one in inventory.all(ATTACHMENT) if place(one["item"].get("interconnect")) == place(line.id)]
        if above and all(one["item"].get("encryption") == "IPSEC" for one in above):
            return passed("every attachment carries a VPN")
        return failed("MACsec is off")
    return failed("MACsec is on, but fails open") if yes((item.get("macsec") or {}).get("failOpen")) else passed("MACsec is on")


@check(
    f"{ATTACHMENT}.doubled",
    on=ATTACHMENT,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Attachment has another beside it, in another part of the building",
    risk="Upkeep of one part of Google's site cuts the networks off from each other.",
    fix="gcloud compute interconnects attachments dedicated create NEW --project={account} --region={region} --router=ROUTER"
    " --interconnect=ANOTHER",
)
def doubled(attachment: Resource, inventory: Inventory) -> Verdict:
    here = _network(attachment, inventory)
    others = [one for one in inventory.all(ATTACHMENT, region=attachment.region) if one.id != attachment.id]
    for one in others:
        if _network(one, inventory) == here and _part(one) != _part(attachment):
            return passed(f"beside it stands {one.name}")
    return failed("alone in its region")


def _network(attachment: Resource, inventory: Inventory) -> str:
    router = linked(attachment["item"].get("router"), ROUTER, attachment, inventory)
    return place(router["item"].get("network")) if router else ""


def _part(attachment: Resource) -> str:
    """Return what fails at once: the part of Google's site that was asked for, or else the line itself."""
    item = attachment["item"]
    return str(item.get("edgeAvailabilityDomain") or place(item.get("interconnect")) or attachment.name)
