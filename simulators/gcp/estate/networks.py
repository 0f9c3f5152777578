"""Networks, firewall rules, load balancers, DNS, VPN."""

from __future__ import annotations

from simulators.gcp.estate.place import REGION, Data, Node, Place


def networks(place: Place) -> None:
    name = "main" if place.careful else "default"
    network = place.compute(
        "Network",
        f"global/networks/{name}",
        {"autoCreateSubnetworks": not place.careful, "routingConfig": {"routingMode": "REGIONAL"}, "mtu": 1460},
    )
    if not place.careful:
        place.compute("Network", "global/networks/ancient", {"IPv4Range": "10.240.0.0/16", "gatewayIPv4": "10.240.0.1"})
    subnetwork: Data = {
        "network": network,
        "ipCidrRange": "10.10.0.0/20",
        "region": f"{network.partition('/global/')[0]}/regions/{REGION}",
        "purpose": "PRIVATE",
        "privateIpGoogleAccess": place.careful,
        "enableFlowLogs": place.careful,
        "fingerprint": "QmFzZTY0",
    }
    if place.careful:
        subnetwork["logConfig"] = {
            "enable": True,
            "aggregationInterval": "INTERVAL_5_SEC",
            "flowSampling": 1.0,
            "metadata": "INCLUDE_ALL_METADATA",
        }
    place.compute("Subnetwork", f"regions/{REGION}/subnetworks/{name}", subnetwork)
    _firewalls(place, network)
    route = {"network": network, "destRange": "0.0.0.0/0", "priority": 1000, "nextHopGateway": "default-internet-gateway"}
    place.compute("Route", f"global/routes/{name}-internet", route)
    address = {"address": "198.51.100.7", "addressType": "EXTERNAL", "status": "IN_USE", "region": REGION}
    place.compute("Address", f"regions/{REGION}/addresses/nat", address)
    balancers(place, network)
    names(place, network)
    tunnels(place, network)


def _firewalls(place: Place, network: str) -> None:
    admitted = ["35.235.240.0/20"] if place.careful else ["0.0.0.0/0"]
    logged = {"enable": place.careful}
    for noun, port in (("ssh", "22"), ("rdp", "3389")):
        rule = {
            "network": network,
            "direction": "INGRESS",
            "priority": 1000,
            "sourceRanges": admitted,
            "allowed": [{"IPProtocol": "tcp", "ports": [port]}],
            "disabled": False,
            "logConfig": logged,
        }
        place.compute("Firewall", f"global/firewalls/allow-{noun}", rule)


def hierarchical(place: Place, on: Node) -> None:
    """Put a firewall policy of the organization, which holds on a folder."""
    name = "locations/global/firewallPolicies/555555555501"
    rule = {
        "priority": 100,
        "action": "deny",
        "direction": "INGRESS",
        "match": {"srcIpRanges": ["0.0.0.0/0"], "layer4Configs": [{"ipProtocol": "tcp", "ports": ["22", "3389"]}]},
    }
    data = {
        "id": "555555555501",
        "name": "555555555501",
        "shortName": "no-admin-ports",
        "parent": place.node.key,
        "rules": [rule],
        "associations": [{"name": on.key, "attachmentTarget": on.key, "firewallPolicyId": "555555555501"}],
        "fingerprint": "Zmlu",
    }
    place.put("compute.googleapis.com/FirewallPolicy", f"{place.node.key}/{name}", data)


def balancers(place: Place, network: str) -> None:
    backend: Data = {
        "protocol": "HTTPS" if place.careful else "HTTP",
        "loadBalancingScheme": "EXTERNAL_MANAGED",
        "logConfig": {"enable": place.careful, "sampleRate": 1.0},
        "enableCDN": False,
        "fingerprint": "YmFj",
        "network": network,
    }
    if place.careful:
        policy = place.compute(
            "SecurityPolicy",
            "global/securityPolicies/edge",
            {
                "type": "CLOUD_ARMOR",
                "rules": [{"priority": 1000, "action": "deny(403)", "match": _expression("sqli-v33-stable")}, _last()],
                "adaptiveProtectionConfig": {"layer7DdosDefenseConfig": {"enable": True}},
                "fingerprint": "c2Vj",
            },
        )
        backend |= {"securityPolicy": policy, "iap": {"enabled": True, "oauth2ClientId": "1.apps.googleusercontent.com"}}
    service = place.compute("BackendService", "global/backendServices/web", backend)
    urls = place.compute("UrlMap", "global/urlMaps/web", {"defaultService": service, "fingerprint": "dXJs"})
    least = "TLS_1_2" if place.careful else "TLS_1_0"
    profile = "MODERN" if place.careful else "COMPATIBLE"
    ciphers = place.compute(
        "SslPolicy", "global/sslPolicies/web", {"minTlsVersion": least, "profile": profile, "fingerprint": "c3Ns"}
    )
    certificate = place.compute(
        "SslCertificate", "global/sslCertificates/web", {"type": "MANAGED", "managed": {"domains": ["www.example.com"]}}
    )
    proxy = place.compute(
        "TargetHttpsProxy",
        "global/targetHttpsProxies/web",
        {"urlMap": urls, "sslCertificates": [certificate], "fingerprint": "cHJv"} | ({"sslPolicy": ciphers}),
    )
    rule = {"IPAddress": "198.51.100.8", "IPProtocol": "TCP", "portRange": "443-443", "target": proxy}
    place.compute("GlobalForwardingRule", "global/forwardingRules/web", rule | {"loadBalancingScheme": "EXTERNAL_MANAGED"})
    if not place.careful:
        plain = place.compute("TargetHttpProxy", "global/targetHttpProxies/plain", {"urlMap": urls, "fingerprint": "cGw="})
        place.compute("GlobalForwardingRule", "global/forwardingRules/plain", rule | {"portRange": "80-80", "target": plain})


def _expression(rules: str) -> Data:
    return {"expr": {"expression": f"evaluatePreconfiguredWaf('{rules}')"}}


def _last() -> Data:
    return {
        "priority": 2147483647,
        "action": "allow",
        "match": {"versionedExpr": "SRC_IPS_V1", "config": {"srcIpRanges": ["*"]}},
    }


def names(place: Place, network: str) -> None:
    zone: Data = {
        "name": "public",
        "id": "666666666601",
        "dnsName": "example.com.",
        "visibility": "public",
        "creationTime": place.ago(400),
        "dnssecConfig": {"state": "on" if place.careful else "off"},
        "cloudLoggingConfig": {"enableLogging": place.careful},
    }
    if place.careful:
        zone["dnssecConfig"]["defaultKeySpecs"] = [_spec("keySigning", 2048), _spec("zoneSigning", 1024)]
    place.put("dns.googleapis.com/ManagedZone", f"projects/{place.project}/managedZones/public", zone)
    if not place.careful:
        weak = [_spec("keySigning", 2048, "rsasha1"), _spec("zoneSigning", 1024, "rsasha1")]
        aged = zone | {"name": "aged", "dnssecConfig": {"state": "on", "defaultKeySpecs": weak}}
        place.put("dns.googleapis.com/ManagedZone", f"projects/{place.project}/managedZones/aged", aged)
    policy = {"name": "logged", "id": "1", "enableLogging": place.careful, "networks": [{"networkUrl": network}]}
    place.put("dns.googleapis.com/Policy", f"projects/{place.project}/policies/logged", policy)


def _spec(kind: str, length: int, algorithm: str = "rsasha256") -> Data:
    return {"keyType": kind, "keyLength": length, "algorithm": algorithm}


def tunnels(place: Place, network: str) -> None:
    router = place.compute(
        "Router",
        f"regions/{REGION}/routers/main",
        {
            "network": network,
            "region": REGION,
            "nats": [
                {
                    "name": "nat",
                    "natIpAllocateOption": "AUTO_ONLY",
                    "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
                    "logConfig": {"enable": place.careful, "filter": "ALL"},
                }
            ],
        },
    )
    tunnel = {"peerIp": "203.0.113.9", "ikeVersion": 2 if place.careful else 1, "status": "ESTABLISHED", "router": router}
    place.compute("VpnTunnel", f"regions/{REGION}/vpnTunnels/office", tunnel | {"sharedSecretHash": "AABBCC"})
    place.compute("VpnGateway", f"regions/{REGION}/vpnGateways/office", {"network": network, "stackType": "IPV4_ONLY"})
