"""VPN and ExpressRoute: gateways, the connections they keep, circuits and ports."""

from collectors.azure.spec import DIAGNOSTICS, Spec

SERVICE = "azure.vpngw"

GATEWAY = Spec(
    type="azure.vpngw.gateway",
    service=SERVICE,
    title="Gateway",
    arm="microsoft.network/virtualnetworkgateways",
    facts={"diagnostics": DIAGNOSTICS},
    secret=(
        "item.properties.vpnClientConfiguration.radiusServerSecret",
        "item.properties.vpnClientConfiguration.radiusServers.*.radiusServerSecret",
    ),
)

CONNECTION = Spec(
    type="azure.vpngw.connection",
    service=SERVICE,
    title="Connection",
    arm="microsoft.network/connections",
    volatile=(
        "item.properties.connectionStatus",
        "item.properties.tunnelConnectionStatus",
        "item.properties.egressBytesTransferred",
        "item.properties.ingressBytesTransferred",
    ),
    secret=("item.properties.sharedKey", "item.properties.authorizationKey"),
)

CIRCUIT = Spec(
    type="azure.vpngw.circuit",
    service=SERVICE,
    title="ExpressRoute circuit",
    arm="microsoft.network/expressroutecircuits",
    facts={"diagnostics": DIAGNOSTICS},
    secret=(
        "item.properties.serviceKey",
        "item.properties.activationKey",
        "item.properties.authorizationKey",
        "item.properties.authorizations.*.properties.authorizationKey",
        "item.properties.peerings.*.properties.sharedKey",
    ),
)

PORT = Spec(
    type="azure.vpngw.port",
    service=SERVICE,
    title="ExpressRoute port",
    arm="microsoft.network/expressrouteports",
)
