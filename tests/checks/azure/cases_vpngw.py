"""Cases of VPN and ExpressRoute."""

from __future__ import annotations

from typing import Any

from checks.azure import vpngw
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.azure.net import arm, item, known, part, to

(REPLAY,), (IKE,) = vpngw.REPLAY_REFUSED, vpngw.CURRENT_IKE
ID = arm("virtualNetworkGateways", "g").lower()


def gateway(tier: str = "VpnGw2AZ", kind: str = "Vpn", **properties: Any) -> dict[str, Any]:
    return item(gatewayType=kind, vpnType="RouteBased", sku={"name": tier, "tier": tier}, **properties)


def clients(*ways: str, protocols: Any = ("OpenVPN",)) -> dict[str, Any]:
    pool = {"addressPrefixes": ["172.16.0.0/24"]}
    return gateway(
        vpnClientConfiguration={
            "vpnClientAddressPool": pool,
            "vpnAuthenticationTypes": list(ways),
            "vpnClientProtocols": list(protocols),
        }
    )


def site(kind: str = "IPsec", **properties: Any) -> dict[str, Any]:
    return item(connectionType=kind, **properties)


STRONG = {
    "ikeEncryption": "AES256",
    "ikeIntegrity": "SHA384",
    "dhGroup": "DHGroup24",
    "ipsecEncryption": "GCMAES256",
    "ipsecIntegrity": "GCMAES256",
    "pfsGroup": "ECP384",
}
JOINED = known(vpngw.CONNECTION, "connections", "c", virtualNetworkGateway1=to("virtualNetworkGateways", "G"))
OTHER = known(vpngw.CONNECTION, "connections", "c", virtualNetworkGateway1=to("virtualNetworkGateways", "other"))

CASES = [
    case(vpngw.users_from_entra, PASS, item=clients("AAD")),
    case(vpngw.users_from_entra, FAIL, item=clients("AAD", "Certificate")),
    case(vpngw.users_from_entra, FAIL, item=clients("Radius")),
    case(vpngw.users_from_entra, FAIL, item=clients()),
    case(vpngw.users_from_entra, SKIP, item=gateway()),
    case(vpngw.users_from_entra, SKIP, item=gateway(vpnClientConfiguration={"vpnAuthenticationTypes": ["Certificate"]})),
    case(vpngw.protocols_current, PASS, item=clients("AAD")),
    case(vpngw.protocols_current, UNKNOWN, item=clients("AAD", protocols=())),
    case(vpngw.protocols_current, PASS, item=clients("AAD", protocols=["IkeV2", "OpenVPN"])),
    case(vpngw.protocols_current, FAIL, item=clients("Certificate", protocols=["SSTP", "IkeV2"])),
    case(vpngw.protocols_current, SKIP, item=gateway()),
    case(REPLAY, PASS, item=gateway()),
    case(REPLAY, PASS, item=gateway(disableIPSecReplayProtection=False)),
    case(REPLAY, FAIL, item=gateway(disableIPSecReplayProtection=True)),
    case(REPLAY, SKIP, item=gateway(kind="ExpressRoute", disableIPSecReplayProtection=True)),
    case(vpngw.two_at_work, PASS, item=gateway(activeActive=True)),
    case(vpngw.two_at_work, FAIL, item=gateway(activeActive=False)),
    case(vpngw.two_at_work, SKIP, item=gateway(kind="ExpressRoute")),
    case(vpngw.spans_zones, PASS, item=gateway()),
    case(vpngw.spans_zones, PASS, item=gateway("ErGwScale", "ExpressRoute")),
    case(vpngw.spans_zones, FAIL, item=gateway("VpnGw1")),
    case(vpngw.spans_zones, FAIL, item=gateway("UltraPerformance", "ExpressRoute")),
    case(vpngw.supported, PASS, item=gateway("VpnGw1")),
    case(vpngw.supported, FAIL, item=gateway("Basic")),
    case(vpngw.supported, UNKNOWN, item=gateway("")),
    case(vpngw.supported, FAIL, item=gateway("HighPerformance")),
    case(vpngw.supported, SKIP, item=gateway("Standard", "ExpressRoute")),
    case(vpngw.used, PASS, id=ID, item=gateway(), inventory=[JOINED]),
    case(vpngw.used, PASS, id=ID, item=clients("AAD")),
    case(vpngw.used, FAIL, id=ID, item=gateway(), inventory=[OTHER]),
    case(vpngw.used, UNKNOWN, id=ID, item=gateway(), inventory=[unlisted(vpngw.CONNECTION)]),
    case(IKE, PASS, item=site(connectionProtocol="IKEv2")),
    case(IKE, FAIL, item=site(connectionProtocol="IKEv1")),
    case(IKE, UNKNOWN, item=site()),
    case(IKE, SKIP, item=site("ExpressRoute")),
    case(vpngw.strong_ciphers, PASS, item=site(ipsecPolicies=[STRONG])),
    case(vpngw.strong_ciphers, FAIL, item=site(ipsecPolicies=[{**STRONG, "ikeIntegrity": "SHA1"}])),
    case(vpngw.strong_ciphers, FAIL, item=site(ipsecPolicies=[{**STRONG, "pfsGroup": "None"}])),
    case(vpngw.strong_ciphers, FAIL, item=site("Vnet2Vnet", ipsecPolicies=[STRONG, {**STRONG, "dhGroup": "dhgroup2"}])),
    case(vpngw.strong_ciphers, FAIL, item=site(ipsecPolicies=[])),
    case(vpngw.strong_ciphers, SKIP, item=site("ExpressRoute", ipsecPolicies=[])),
    case(vpngw.proven_by_certificate, PASS, item=site(authenticationType="Certificate")),
    case(vpngw.proven_by_certificate, FAIL, item=site(authenticationType="PSK")),
    case(vpngw.proven_by_certificate, FAIL, item=site()),
    case(vpngw.proven_by_certificate, SKIP, item=site("ExpressRoute")),
    case(vpngw.classic_off, PASS, item=item(allowClassicOperations=False)),
    case(vpngw.classic_off, PASS, item=item()),
    case(vpngw.classic_off, FAIL, item=item(allowClassicOperations=True)),
    case(vpngw.authorizations_used, PASS, item=item(authorizations=[])),
    case(vpngw.authorizations_used, PASS, item=item(authorizations=[part("a", authorizationUseStatus="InUse")])),
    case(vpngw.authorizations_used, FAIL, item=item(authorizations=[part("a", authorizationUseStatus="Available")])),
    case(vpngw.provisioned, PASS, item=item(serviceProviderProvisioningState="Provisioned")),
    case(vpngw.provisioned, PASS, item=item(expressRoutePort=to("expressRoutePorts", "p"))),
    case(vpngw.provisioned, FAIL, item=item(serviceProviderProvisioningState="NotProvisioned")),
    case(vpngw.provisioned, FAIL, item=item()),
    case(vpngw.links_encrypted, PASS, item=item(links=[part(macSecConfig={"cakSecretIdentifier": "https://v/secrets/cak"})])),
    case(vpngw.links_encrypted, FAIL, item=item(links=[part("link1", macSecConfig={"cakSecretIdentifier": ""})])),
    case(vpngw.links_encrypted, FAIL, item=item(links=[part("link1")])),
    case(vpngw.links_encrypted, SKIP, item=item(links=[])),
]
