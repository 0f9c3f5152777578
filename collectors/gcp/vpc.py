"""VPC networks: subnetworks, firewall rules and policies, routes, addresses, and the ways into other networks."""

from collectors.gcp.spec import FINGERPRINT, LABELLED, Spec

SERVICE = "gcp.vpc"

NETWORK = Spec(
    type="gcp.vpc.network",
    service=SERVICE,
    title="Network",
    asset="compute.googleapis.com/Network",
    schema="compute.v1.Network",
)

SUBNETWORK = Spec(
    type="gcp.vpc.subnetwork",
    service=SERVICE,
    title="Subnetwork",
    asset="compute.googleapis.com/Subnetwork",
    schema="compute.v1.Subnetwork",
    iam=True,
    volatile=FINGERPRINT,
)

FIREWALL = Spec(
    type="gcp.vpc.firewall",
    service=SERVICE,
    title="Firewall rule",
    asset="compute.googleapis.com/Firewall",
    schema="compute.v1.Firewall",
)

# Hierarchical policies and those of networks, global and regional, are one type; ``associations`` tells where each holds.
FIREWALL_POLICY = Spec(
    type="gcp.vpc.firewall_policy",
    service=SERVICE,
    title="Firewall policy",
    asset="compute.googleapis.com/FirewallPolicy",
    schema="compute.v1.FirewallPolicy",
    iam=True,
    volatile=FINGERPRINT,
)

ROUTE = Spec(
    type="gcp.vpc.route",
    service=SERVICE,
    title="Route",
    asset="compute.googleapis.com/Route",
    schema="compute.v1.Route",
)

ADDRESS = Spec(
    type="gcp.vpc.address",
    service=SERVICE,
    title="Address",
    asset="compute.googleapis.com/Address compute.googleapis.com/GlobalAddress",
    schema="compute.v1.Address",
    tags="item.labels",
    volatile=LABELLED,
)

PACKET_MIRRORING = Spec(
    type="gcp.vpc.packet_mirroring",
    service=SERVICE,
    title="Packet mirroring",
    asset="compute.googleapis.com/PacketMirroring",
    schema="compute.v1.PacketMirroring",
)

SERVICE_ATTACHMENT = Spec(
    type="gcp.vpc.service_attachment",
    service=SERVICE,
    title="Service attachment",
    asset="compute.googleapis.com/ServiceAttachment",
    schema="compute.v1.ServiceAttachment",
    iam=True,
    volatile=FINGERPRINT,
)

CONNECTOR = Spec(
    type="gcp.vpc.connector",
    service=SERVICE,
    title="Serverless VPC connector",
    asset="vpcaccess.googleapis.com/Connector",
    schema="vpcaccess.v1.Connector",
    volatile=("item.connectedProjects",),
)
