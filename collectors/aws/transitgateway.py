"""Transit gateways, and the tunnels that lead to them or into a VPC. All come in bulk but for what a client VPN lets in."""

from collectors.aws.spec import Call, Spec

# EC2 goes on to list for a while what was deleted.
TRANSIT_GATEWAY = Spec(
    type="aws.transitgateway.transit_gateway",
    service="aws.transitgateway",
    api="ec2",
    title="Transit gateway",
    listing=Call("describe_transit_gateways", "TransitGateways[?State != 'deleted']", MaxResults=1000),
    id="{TransitGatewayArn}",
    name="{TransitGatewayId}",
    tags="item.Tags",
)

ATTACHMENT = Spec(
    type="aws.transitgateway.attachment",
    service="aws.transitgateway",
    api="ec2",
    title="Attachment of a transit gateway",
    listing=Call("describe_transit_gateway_attachments", "TransitGatewayAttachments[?State != 'deleted']", MaxResults=1000),
    id="arn:{partition}:ec2:{region}:{account}:transit-gateway-attachment/{TransitGatewayAttachmentId}",
    name="{TransitGatewayAttachmentId}",
    tags="item.Tags",
)

# The configuration for the customer's device holds the keys once more, and nothing that isn't told elsewhere.
VPN_CONNECTION = Spec(
    type="aws.transitgateway.vpn_connection",
    service="aws.transitgateway",
    api="ec2",
    title="Site-to-site VPN",
    listing=Call(
        "describe_vpn_connections",
        """VpnConnections[?State != 'deleted'].merge(@, `{"CustomerGatewayConfiguration": ""}`)""",
    ),
    id="arn:{partition}:ec2:{region}:{account}:vpn-connection/{VpnConnectionId}",
    name="{VpnConnectionId}",
    tags="item.Tags",
    volatile=("item.VgwTelemetry.LastStatusChange", "item.VgwTelemetry.AcceptedRouteCount"),
    secret=("item.Options.TunnelOptions.PreSharedKey",),
)

CLIENT_VPN = Spec(
    type="aws.transitgateway.client_vpn",
    service="aws.transitgateway",
    api="ec2",
    title="Client VPN endpoint",
    listing=Call("describe_client_vpn_endpoints", "ClientVpnEndpoints[?Status.Code != 'deleted']", MaxResults=1000),
    id="arn:{partition}:ec2:{region}:{account}:client-vpn-endpoint/{ClientVpnEndpointId}",
    name="{ClientVpnEndpointId}",
    facts={
        "rules": Call(
            "describe_client_vpn_authorization_rules",
            "AuthorizationRules",
            ClientVpnEndpointId="{ClientVpnEndpointId}",
            MaxResults=1000,
        ),
    },
    tags="item.Tags",
    gone=frozenset({"InvalidClientVpnEndpointId.NotFound"}),
)
