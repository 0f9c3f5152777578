"""Virtual networks, what filters and routes in them, and what stands in them with an address."""

from collectors.azure.spec import Get, Spec

SERVICE = "azure.vnet"

NETWORK = Spec(
    type="azure.vnet.network",
    service=SERVICE,
    title="Virtual network",
    arm="microsoft.network/virtualnetworks",
)

SECURITY_GROUP = Spec(
    type="azure.vnet.security_group",
    service=SERVICE,
    title="Network security group",
    arm="microsoft.network/networksecuritygroups",
)

APPLICATION_GROUP = Spec(
    type="azure.vnet.application_group",
    service=SERVICE,
    title="Application security group",
    arm="microsoft.network/applicationsecuritygroups",
)

ROUTE_TABLE = Spec(
    type="azure.vnet.route_table",
    service=SERVICE,
    title="Route table",
    arm="microsoft.network/routetables",
)

PUBLIC_IP = Spec(
    type="azure.vnet.public_ip",
    service=SERVICE,
    title="Public IP address",
    arm="microsoft.network/publicipaddresses",
)

INTERFACE = Spec(
    type="azure.vnet.interface",
    service=SERVICE,
    title="Network interface",
    arm="microsoft.network/networkinterfaces",
)

NAT_GATEWAY = Spec(
    type="azure.vnet.nat_gateway",
    service=SERVICE,
    title="NAT gateway",
    arm="microsoft.network/natgateways",
)

PRIVATE_ENDPOINT = Spec(
    type="azure.vnet.private_endpoint",
    service=SERVICE,
    title="Private endpoint",
    arm="microsoft.network/privateendpoints",
)

PRIVATE_LINK_SERVICE = Spec(
    type="azure.vnet.private_link_service",
    service=SERVICE,
    title="Private link service",
    arm="microsoft.network/privatelinkservices",
)

PERIMETER = Spec(
    type="azure.vnet.perimeter",
    service=SERVICE,
    title="Network security perimeter",
    arm="microsoft.network/networksecurityperimeters",
    api="2024-07-01",
    facts={
        "associations": Get(
            "/resourceAssociations",
            "value",
            action="Microsoft.Network/networkSecurityPerimeters/resourceAssociations/read",
        ),
    },
)
