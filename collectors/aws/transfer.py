"""AWS Transfer Family: servers with their users, connectors to others' servers, and certificates of AS2.

The listings of servers, users and connectors tell little: one more call each. Users are listed server by server. Profiles and
agreements of AS2, workflows and web applications are not read.
"""

from collectors.aws.spec import Call, Spec

GONE = frozenset({"ResourceNotFoundException"})

SERVER = Spec(
    type="aws.transfer.server",
    service="aws.transfer",
    api="transfer",
    title="Server for file transfers",
    listing=Call("list_servers", "Servers", MaxResults=1000),
    id="{Arn}",
    name="{ServerId}",
    facts={"server": Call("describe_server", "Server", ServerId="{ServerId}")},
    tags="server.Tags",
    gone=GONE,
    volatile=("item.State", "server.State"),
)

# Servers whose users somebody else keeps have none. Not verified: that the listing says so without an error.
USER = Spec(
    type="aws.transfer.user",
    service="aws.transfer",
    api="transfer",
    title="User of a server for file transfers",
    parent="aws.transfer.server",
    listing=Call("list_users", "Users", ServerId="{parent[ServerId]}", MaxResults=1000),
    id="{Arn}",
    name="{parent[ServerId]}/{UserName}",
    facts={"user": Call("describe_user", "User", ServerId="{parent[ServerId]}", UserName="{UserName}")},
    tags="user.Tags",
    gone=GONE,
)

CONNECTOR = Spec(
    type="aws.transfer.connector",
    service="aws.transfer",
    api="transfer",
    title="Connector to a server of others",
    listing=Call("list_connectors", "Connectors", MaxResults=1000),
    id="{Arn}",
    name="{ConnectorId}",
    facts={"connector": Call("describe_connector", "Connector", ConnectorId="{ConnectorId}")},
    tags="connector.Tags",
    gone=GONE,
    volatile=("connector.Status", "connector.ErrorMessage"),
)

CERTIFICATE = Spec(
    type="aws.transfer.certificate",
    service="aws.transfer",
    api="transfer",
    title="Certificate of AS2",
    listing=Call("list_certificates", "Certificates", MaxResults=1000),
    id="{Arn}",
    name="{CertificateId}",
)
