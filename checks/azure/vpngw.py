"""Checks on VPN and ExpressRoute: who connects and how he proves it, what encrypts, what is left when a part fails."""

from __future__ import annotations

from checks.azure.read import Item, at, in_words, inner, is_on, last, many, needed, prop, properties, word
from checks.azure.settings import setting
from checks.azure.vnet_read import link
from checks.kinds import Kind
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

GATEWAY, CONNECTION = "azure.vpngw.gateway", "azure.vpngw.connection"
CIRCUIT, PORT = "azure.vpngw.circuit", "azure.vpngw.port"
UPDATE = "az network vpn-connection update --ids {id}"
# What is broken, or short enough to break. Source: VPN Gateway documentation, "About cryptographic requirements".
WEAK = {"none", "des", "des3", "md5", "sha1", "dhgroup1", "dhgroup2", "pfs1", "pfs2"}
PARTS = ("ikeEncryption", "ikeIntegrity", "dhGroup", "ipsecEncryption", "ipsecIntegrity", "pfsGroup")
OLD_TIERS = {"basic", "standard", "highperformance"}


def _no_vpn(gateway: Resource) -> str:
    kind = word(prop(gateway, "gatewayType"))
    return "" if kind == "vpn" else f"a gateway for {kind or 'something else'}"


def _clients(gateway: Resource) -> Item:
    """Return how single machines connect; nothing where they don't."""
    found = prop(gateway, "vpnClientConfiguration")
    pool = at(found, "vpnClientAddressPool.addressPrefixes")
    return found if isinstance(found, dict) and pool else {}


@check(
    f"{GATEWAY}.users_from_entra",
    on=GATEWAY,
    control="identity.peers",
    severity=Severity.MEDIUM,
    title="People who connect sign in with Entra ID, and in no other way",
    risk="A certificate or password that was copied from a laptop opens the network, without a second factor.",
    fix="az network vnet-gateway update --ids {id} --vpn-auth-type AAD --aad-tenant TENANT --aad-audience AUDIENCE"
    " --aad-issuer ISSUER",
    cis=("v6:7.9",),
)
def users_from_entra(gateway: Resource) -> Verdict:
    clients = _clients(gateway)
    if not clients:
        return skipped("no single machines connect")
    ways = {str(each) for each in clients.get("vpnAuthenticationTypes") or []}
    said = in_words(ways) or "a way that is not said"
    return (passed if {word(each) for each in ways} == {"aad"} else failed)(f"sign in by {said}")


@check(
    f"{GATEWAY}.protocols_current",
    on=GATEWAY,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Single machines connect by OpenVPN or IKEv2",
    risk="SSTP knows no sign-in with a second factor, and Azure ends it.",
    fix="az network vnet-gateway update --ids {id} --client-protocol OpenVPN",
)
def protocols_current(gateway: Resource) -> Verdict:
    clients = _clients(gateway)
    if not clients:
        return skipped("no single machines connect")
    given = [str(each) for each in needed(clients.get("vpnClientProtocols") or None, "its protocols for clients")]
    return (failed if "sstp" in map(word, given) else passed)(f"by {in_words(given)}")


REPLAY_REFUSED = setting(
    (Kind(GATEWAY, "Gateway", "az resource update --ids {id}"),),
    "replay_refused",
    "disableIPSecReplayProtection",
    "false",
    "false",
    exempt=_no_vpn,
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="NOUN refuses packets that were recorded and sent again",
    risk="Whoever listens on the way plays back what was sent, and has it done twice.",
    fix="MODIFY --set properties.disableIPSecReplayProtection=false",
)


@check(
    f"{GATEWAY}.two_at_work",
    on=GATEWAY,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Both instances of the gateway are at work",
    risk="While the only one at work is replaced, the networks don't see each other.",
    fix="az network vnet-gateway update --ids {id} --public-ip-addresses ONE TWO (active-active)",
)
def two_at_work(gateway: Resource) -> Verdict:
    if reason := _no_vpn(gateway):
        return skipped(reason)
    on = is_on(prop(gateway, "activeActive"))
    return passed("both instances at work") if on else failed("one instance waits for the other to fail")


@check(
    f"{GATEWAY}.spans_zones",
    on=GATEWAY,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Gateway can stand in more than one zone",
    risk="When the zone fails, the networks don't see each other.",
    fix="az network vnet-gateway update --ids {id} --sku VpnGw2AZ",
)
def spans_zones(gateway: Resource) -> Verdict:
    tier = str(needed(prop(gateway, "sku.name") or None, "its tier"))
    fits = word(tier).endswith("az") or word(tier) == "ergwscale"
    return (passed if fits else failed)(f"the tier is {tier}")


@check(
    f"{GATEWAY}.supported",
    on=GATEWAY,
    control="governance.hygiene",
    severity=Severity.MEDIUM,
    title="VPN gateway is of a tier that Azure keeps",
    risk="The old tiers know neither zones nor current protection, and stop working one day.",
    fix="az network vnet-gateway update --ids {id} --sku VpnGw2AZ",
)
def supported(gateway: Resource) -> Verdict:
    if reason := _no_vpn(gateway):
        return skipped(reason)
    tier = str(needed(prop(gateway, "sku.name") or None, "its tier"))
    return (failed if word(tier) in OLD_TIERS else passed)(f"the tier is {tier}")


@check(
    f"{GATEWAY}.used",
    on=GATEWAY,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Gateway connects something",
    risk="A door that nobody uses is watched by nobody, and whatever is connected to it one day has the network at once.",
    fix="az network vnet-gateway delete --ids {id}",
)
def used(gateway: Resource, inventory: Inventory) -> Verdict:
    if _clients(gateway):
        return passed("single machines connect")
    ends = ("virtualNetworkGateway1.id", "virtualNetworkGateway2.id")
    found = [one.name for one in inventory.all(CONNECTION) if gateway.id in {link(properties(one), end) for end in ends}]
    return passed(f"connected by {in_words(found)}") if found else failed("nothing is connected")


def _no_tunnel(connection: Resource) -> str:
    kind = word(prop(connection, "connectionType"))
    return "" if kind in ("ipsec", "vnet2vnet") else f"a connection of the type {kind or 'that is not said'}"


CURRENT_IKE = setting(
    (Kind(CONNECTION, "Connection", UPDATE),),
    "current_ike",
    "connectionProtocol",
    "ikev2",
    None,
    exempt=_no_tunnel,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="NOUN is set up by IKEv2",
    risk="The version before gives away who connects, and lets a listener guess the shared key.",
    fix="Create the connection anew by IKEv2 on a gateway that is route-based: az network vpn-connection create",
)


@check(
    f"{CONNECTION}.strong_ciphers",
    on=CONNECTION,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Connection takes no weak ciphers",
    risk="What travels between the networks can be recorded today, and read.",
    fix="az network vpn-connection ipsec-policy add --connection-name {name} -g GROUP --ike-encryption AES256"
    " --ike-integrity SHA256 --dh-group DHGroup14 --ipsec-encryption GCMAES256 --ipsec-integrity GCMAES256 --pfs-group PFS2048"
    " --sa-lifetime 27000 --sa-max-size 102400000",
)
def strong_ciphers(connection: Resource) -> Verdict:
    """Take the default for weak: Azure offers SHA-1 and the second group of Diffie and Hellman then."""
    if reason := _no_tunnel(connection):
        return skipped(reason)
    policies = many(prop(connection, "ipsecPolicies"))
    if not policies:
        return failed("Azure's default set, which has weak ones")
    said = {
        f"{part} {policy[part]}" for policy in policies for part in PARTS if word(policy.get(part)) in WEAK and policy.get(part)
    }
    return failed(f"takes {in_words(said)}") if said else passed(f"{len(policies)} sets of strong ones")


@check(
    f"{CONNECTION}.proven_by_certificate",
    on=CONNECTION,
    control="identity.peers",
    severity=Severity.LOW,
    title="Gateways prove by certificate who they are",
    risk="Whoever has seen the shared key, in a mail or a template, connects a network of his own in place of yours.",
    fix="az resource update --ids {id} --set properties.authenticationType=Certificate, with certificateAuthentication",
)
def proven_by_certificate(connection: Resource) -> Verdict:
    if word(prop(connection, "connectionType")) != "ipsec":
        return skipped("no connection to a site")
    way = word(prop(connection, "authenticationType")) or "psk"
    return (passed if way == "certificate" else failed)(f"by {'a shared key' if way == 'psk' else way}")


@check(
    f"{CIRCUIT}.classic_off",
    on=CIRCUIT,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Circuit is not managed by the classic API",
    risk="Administrators of old, whom no role and no policy holds back, change who is connected.",
    fix="az network express-route update --ids {id} --allow-classic-operations false",
)
def classic_off(circuit: Resource) -> Verdict:
    on = is_on(prop(circuit, "allowClassicOperations"))
    return failed("the classic API may manage it") if on else passed("the classic API may not manage it")


@check(
    f"{CIRCUIT}.authorizations_used",
    on=CIRCUIT,
    control="access.unused",
    severity=Severity.MEDIUM,
    title="Authorizations of the circuit are in use",
    risk="Whoever holds a key that was given out and not used connects a network of his own to yours.",
    fix="az network express-route auth delete --circuit-name {name} -g GROUP -n AUTHORIZATION",
)
def authorizations_used(circuit: Resource) -> Verdict:
    given = many(prop(circuit, "authorizations"))
    if not given:
        return passed("no authorizations")
    idle = [str(one.get("name")) for one in given if word(inner(one).get("authorizationUseStatus")) == "available"]
    return failed(f"not in use: {in_words(idle)}") if idle else passed(f"{len(given)}, all in use")


@check(
    f"{CIRCUIT}.provisioned",
    on=CIRCUIT,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Circuit is connected at the provider's end",
    risk="It is paid for, and whoever has its key may have it connected to a site of his own.",
    fix="az network express-route delete --ids {id}, or have the provider connect it",
)
def provisioned(circuit: Resource) -> Verdict:
    if port := link(properties(circuit), "expressRoutePort.id"):
        return passed(f"on the port {last(port)}")
    state = str(prop(circuit, "serviceProviderProvisioningState") or "NotProvisioned")
    return (passed if word(state) == "provisioned" else failed)(f"at the provider: {state}")


@check(
    f"{PORT}.links_encrypted",
    on=PORT,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Links of the port are encrypted (MACsec)",
    risk="Whoever reaches the cables or the patch panel reads what travels between the networks.",
    fix="az network express-route port link update --port-name {name} -g GROUP -n link1 --macsec-cak-secret-identifier SECRET"
    " --macsec-ckn-secret-identifier SECRET --macsec-cipher gcm-aes-xpn-256",
)
def links_encrypted(port: Resource) -> Verdict:
    links = many(prop(port, "links"))
    if not links:
        return skipped("no links")
    plain = [str(one.get("name")) for one in links if not at(inner(one), "macSecConfig.cakSecretIdentifier")]
    return failed(f"not encrypted: {in_words(plain)}") if plain else passed(f"{len(links)} links, encrypted")
