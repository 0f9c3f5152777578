"""Cloud Router with NAT, VPN, Interconnect."""

from collectors.gcp.spec import LABELLED, Spec

SERVICE = "gcp.router"

ROUTER = Spec(
    type="gcp.router.router",
    service=SERVICE,
    title="Router",
    asset="compute.googleapis.com/Router",
    schema="compute.v1.Router",
    secret=("item.md5AuthenticationKeys.key",),
)

VPN_TUNNEL = Spec(
    type="gcp.router.vpn_tunnel",
    service=SERVICE,
    title="VPN tunnel",
    asset="compute.googleapis.com/VpnTunnel",
    schema="compute.v1.VpnTunnel",
    tags="item.labels",
    volatile=(*LABELLED, "item.detailedStatus"),
    secret=("item.sharedSecret", "item.sharedSecretHash"),
)

VPN_GATEWAY = Spec(
    type="gcp.router.vpn_gateway",
    service=SERVICE,
    title="VPN gateway",
    asset="compute.googleapis.com/VpnGateway",
    schema="compute.v1.VpnGateway",
    tags="item.labels",
    volatile=LABELLED,
)

TARGET_VPN_GATEWAY = Spec(
    type="gcp.router.target_vpn_gateway",
    service=SERVICE,
    title="Classic VPN gateway",
    asset="compute.googleapis.com/TargetVpnGateway",
    schema="compute.v1.TargetVpnGateway",
    tags="item.labels",
    volatile=LABELLED,
)

INTERCONNECT = Spec(
    type="gcp.router.interconnect",
    service=SERVICE,
    title="Interconnect",
    asset="compute.googleapis.com/Interconnect",
    schema="compute.v1.Interconnect",
    tags="item.labels",
    volatile=LABELLED,
)

INTERCONNECT_ATTACHMENT = Spec(
    type="gcp.router.interconnect_attachment",
    service=SERVICE,
    title="Interconnect attachment",
    asset="compute.googleapis.com/InterconnectAttachment",
    schema="compute.v1.InterconnectAttachment",
    tags="item.labels",
    volatile=LABELLED,
    secret=("item.pairingKey",),
)
