"""What offices use: transfers of files, small servers, desktops and directories. moto knows little of them: all is told."""

from __future__ import annotations

from typing import Any

from simulators.aws.estate.data_services import tagged
from simulators.aws.estate.place import HOSTILE, Place, ago, tags
from simulators.aws.supplement.defaults import REGIONS
from simulators.aws.supplement.registry import Refusal

SERVER = "s-0123456789abcdef0"
DIRECTORY = "d-1234567890"


def transfers(place: Place, _scale: int) -> None:
    """Tell a server with a user, connectors to partners, and a certificate."""
    careful = place.careful
    row = {
        "Arn": place.arn("transfer", f"server/{SERVER}"),
        "ServerId": SERVER,
        "State": "ONLINE",
        "EndpointType": "VPC" if careful else "PUBLIC",
        "IdentityProviderType": "SERVICE_MANAGED" if careful else "AWS_DIRECTORY_SERVICE",
        "UserCount": 1,
    }
    inside = {"VpcEndpointId": "vpce-1", "SubnetIds": ["subnet-1", "subnet-2"]}
    server = {
        **row,
        "Protocols": ["SFTP"],
        "SecurityPolicyName": f"TransferSecurityPolicy-{'2024-01' if careful else '2018-11'}",
        "Tags": tags(owner="team-b") if careful else [],
        "StructuredLogDestinations": [place.arn("logs", "log-group:sftp:*")] if careful else [],
        **({"EndpointDetails": inside} if careful else {}),
    }
    place.tell("transfer:ListServers", {"Servers": [row]})
    place.tell("transfer:DescribeServer", {"Server": server}, ServerId=SERVER)
    user = {"Arn": place.arn("transfer", f"user/{SERVER}/partner"), "UserName": "partner"}
    home: dict[str, Any] = {"HomeDirectoryType": "PATH", "HomeDirectory": "/archive"}
    if careful:
        home = {"HomeDirectoryType": "LOGICAL", "HomeDirectoryMappings": [{"Entry": "/", "Target": "/archive/partner"}]}
    key = {"DateImported": ago(100 if careful else 2000), "SshPublicKeyBody": "ssh-ed25519 AAAA", "SshPublicKeyId": "key-1"}
    place.tell("transfer:ListUsers", {"ServerId": SERVER, "Users": [user]}, ServerId=SERVER)
    told = {"ServerId": SERVER, "User": {**user, **home, "SshPublicKeys": [key], "Tags": tags(note=HOSTILE["formula"])}}
    place.tell("transfer:DescribeUser", told, ServerId=SERVER)
    _partners(place)


def _partners(place: Place) -> None:
    careful = place.careful
    role = {"LoggingRole": f"arn:aws:iam::{place.account}:role/function"} if careful else {}
    algorithms = ("AES256_CBC", "SHA256") if careful else ("DES_EDE3_CBC", "NONE")
    as2 = {"EncryptionAlgorithm": algorithms[0], "SigningAlgorithm": algorithms[1], "MdnResponse": "SYNC"}
    sftp = {"TrustedHostKeys": ["ssh-rsa AAAA"] if careful else []}
    policy = f"TransferSFTPConnectorSecurityPolicy-{'2024-03' if careful else '2023-07'}"
    rows = []
    for name, more in (
        ("c-0000000000000000a", {"Url": "http://as2.partner.example", "As2Config": as2}),
        ("c-0000000000000000b", {"Url": "sftp://partner.example", "SftpConfig": sftp, "SecurityPolicyName": policy}),
    ):
        rows.append({"Arn": place.arn("transfer", f"connector/{name}"), "ConnectorId": name, "Url": more["Url"]})
        owner = tags(owner="team-b") if careful else []
        told = {**rows[-1], **more, **role, "EgressType": "SERVICE_MANAGED", "Status": "ACTIVE", "Tags": owner}
        place.tell("transfer:DescribeConnector", {"Connector": told}, ConnectorId=name)
    place.tell("transfer:ListConnectors", {"Connectors": rows})
    certificate = {
        "Arn": place.arn("transfer", "certificate/cert-1"),
        "CertificateId": "cert-1",
        "Usage": "SIGNING",
        "Status": "ACTIVE",
        "InactiveDate": ago(-400 if careful else 10),
        "Type": "CERTIFICATE",
    }
    place.tell("transfer:ListCertificates", {"Certificates": [certificate]})


def small_servers(place: Place, _scale: int) -> None:
    """Tell what Lightsail runs: a server, a disk, a database, and what stands before and beside them."""
    careful = place.careful
    owner = [{"key": "owner", "value": "team-b"}] if careful else []
    daily = [{"name": "AutoSnapshot", "status": "Enabled", "snapshotTimeOfDay": "06:00"}] if careful else []
    cidrs = ["198.51.100.0/24"] if careful else ["0.0.0.0/0"]
    ways: dict[str, Any] = {"protocol": "tcp", "accessDirection": "inbound", "accessType": "public", "ipv6Cidrs": []}
    ports = [{**ways, "fromPort": 22, "toPort": 22, "cidrs": cidrs}, {**ways, "fromPort": 443, "toPort": 443, "cidrs": cidrs}]
    server = {
        **_light(place, "Instance", "shop"),
        "blueprintId": "ubuntu_24_04" if careful else "ubuntu_16_04_2",
        "networking": {"ports": ports},
        "metadataOptions": {"httpTokens": "required" if careful else "optional", "httpEndpoint": "enabled"},
        "sshKeyName": "shop" if careful else "LightsailDefaultKeyPair",
        "addOns": daily,
        "tags": [*owner, {"key": "note", "value": HOSTILE["markup"]}],
    }
    place.tell("lightsail:GetInstances", {"instances": [server]})
    disk = {"isSystemDisk": False, "isAttached": careful, "attachedTo": "shop" if careful else "", "addOns": daily}
    place.tell("lightsail:GetDisks", {"disks": [_light(place, "Disk", "files") | disk]})
    database = {
        **_light(place, "RelationalDatabase", "orders"),
        "engine": "mysql",
        "engineVersion": "8.0.40" if careful else "5.7.44",
        "relationalDatabaseBlueprintId": "mysql_8_0" if careful else "mysql_5_7",
        "publiclyAccessible": not careful,
        "backupRetentionEnabled": careful,
        "tags": owner,
        **({"secondaryAvailabilityZone": f"{place.region}b"} if careful else {}),
    }
    place.tell("lightsail:GetRelationalDatabases", {"relationalDatabases": [database]})
    place.tell("lightsail:GetRelationalDatabaseBlueprints", {"blueprints": [{"blueprintId": "mysql_8_0"}]})
    policy = "TLS-FS-Res-1-2-2019-08" if careful else "TLS-2016-08"
    balancer = {"protocol": "HTTP_HTTPS", "httpsRedirectionEnabled": careful, "tlsPolicyName": policy, "tags": owner}
    place.tell("lightsail:GetLoadBalancers", {"loadBalancers": [_light(place, "LoadBalancer", "front") | balancer]})
    spoken = ["TLSv1.2"] if careful else ["TLSv1.2", "TLSv1.1", "TLSv1"]
    place.tell("lightsail:GetLoadBalancerTlsPolicies", {"tlsPolicies": [{"name": policy, "protocols": spoken}]})
    _beside_servers(place, owner)


def _light(place: Place, kind: str, name: str) -> dict[str, Any]:
    """Return what all things of Lightsail tell."""
    location = {"regionName": place.region, "availabilityZone": f"{place.region}a"}
    return {"name": name, "arn": place.arn("lightsail", f"{kind}/{name}"), "resourceType": kind, "location": location}


def _beside_servers(place: Place, owner: list[dict[str, str]]) -> None:
    careful = place.careful
    name = f"media-{place.account}-{place.region}"
    bucket = {
        **_light(place, "Bucket", name),
        "accessRules": {"getObject": "private" if careful else "public", "allowPublicOverrides": False},
        "objectVersioning": "Enabled" if careful else "NeverEnabled",
        "accessLogConfig": {"enabled": careful, **({"destination": "logs"} if careful else {})},
        "tags": owner,
    }
    place.tell("lightsail:GetBuckets", {"buckets": [bucket], "accountLevelBpaSync": {"bpaImpactsLightsail": False}})
    old = {"accessKeyId": "AKIAEXAMPLEEXAMPLE01", "status": "Active", "createdAt": ago(900)}
    place.tell("lightsail:GetBucketAccessKeys", {"accessKeys": [] if careful else [old]}, bucketName=name)
    image, variable = ("shop:1.2", "orders") if careful else ("shop:latest", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    container = {"image": image, "environment": {"TABLE" if careful else "AWS_SECRET": variable}}
    service = {
        "containerServiceName": "shop",
        "arn": place.arn("lightsail", "ContainerService/shop"),
        "currentDeployment": {"version": 1, "state": "ACTIVE", "containers": {"shop": container}},
        "tags": owner,
    }
    place.tell("lightsail:GetContainerServices", {"containerServices": [service]})
    if place.region != "us-east-1":
        message = "Distribution-related APIs are only available in the us-east-1 Region."
        place.tell("lightsail:GetDistributions", Refusal(400, "InvalidInputException", message))
        return
    distribution = {
        **_light(place, "Distribution", "site"),
        "viewerMinimumTlsProtocolVersion": "TLSv1.2_2021" if careful else "TLSv1.1_2016",
        "origin": {"name": "front", "protocolPolicy": "https-only" if careful else "http-only"},
        "waf": {"isWafEnabled": careful},
    }
    place.tell("lightsail:GetDistributions", {"distributions": [distribution]})


def desktops(place: Place, _scale: int) -> None:
    """Tell two desktops, their directory with its groups of addresses, and an image."""
    careful = place.careful
    arn = place.arn("workspaces", "")
    tagged(place, f"{arn}workspace/ws-000000001", f"{arn}workspace/ws-000000002")
    tagged(place, f"{arn}directory/{DIRECTORY}")
    place.tell("workspaces:DescribeWorkspaces", {"Workspaces": [_desktop(place, "ada", 1), _desktop(place, "bob", 2)]})
    last = {"ConnectionState": "DISCONNECTED", **({"LastKnownUserConnectionTimestamp": ago(3)} if careful else {})}
    status = [{"WorkspaceId": f"ws-00000000{number}", **last} for number in (1, 2)]
    place.tell("workspaces:DescribeWorkspacesConnectionStatus", {"WorkspacesConnectionStatus": status})
    directory = {
        "DirectoryId": DIRECTORY,
        "DirectoryName": "corp.example",
        "DirectoryType": "SIMPLE_AD",
        "RegistrationCode": "SLiad+EXAMPLE",
        "State": "REGISTERED",
        "WorkspaceSecurityGroupId": place.made["groups"]["inside"],
        "ipGroupIds": ["wsipg-000000001"] if careful else [],
        "WorkspaceAccessProperties": {"DeviceTypeWeb": "DENY" if careful else "ALLOW"},
        "WorkspaceCreationProperties": {
            "EnableInternetAccess": not careful,
            "UserEnabledAsLocalAdministrator": not careful,
            "EnableMaintenanceMode": careful,
        },
        "SamlProperties": {"Status": "ENABLED" if careful else "DISABLED"},
    }
    place.tell("workspaces:DescribeWorkspaceDirectories", {"Directories": [directory]})
    office = {"groupId": "wsipg-000000001", "groupName": "office", "userRules": [{"ipRule": "198.51.100.0/24"}]}
    place.tell("workspaces:DescribeIpGroups", {"Result": [office]})
    image = {"ImageId": "wsi-000000001", "Name": "office", "Description": HOSTILE["terminal"], "State": "AVAILABLE"}
    waiting = {"Updates": {"UpdateAvailable": not careful}, "OwnerAccountId": place.account}
    place.tell("workspaces:DescribeWorkspaceImages", {"Images": [image | waiting]})
    place.tell("workspaces:DescribeWorkspaceImagePermissions", {"ImageId": "wsi-000000001", "ImagePermissions": []})


def _desktop(place: Place, user: str, number: int) -> dict[str, Any]:
    careful = place.careful
    return {
        "WorkspaceId": f"ws-00000000{number}",
        "DirectoryId": DIRECTORY,
        "UserName": user,
        "State": "AVAILABLE",
        "UserVolumeEncryptionEnabled": careful,
        "RootVolumeEncryptionEnabled": careful,
        **({"VolumeEncryptionKey": place.made["key"]} if careful else {}),
        "WorkspaceProperties": {"OperatingSystemName": "WINDOWS_SERVER_2022" if careful else "WINDOWS_7"},
    }


def directories(place: Place, _scale: int) -> None:
    """Tell a directory of Microsoft's, and a trust to another domain."""
    careful = place.careful
    tagged(place, place.arn("ds", f"directory/{DIRECTORY}"))
    radius = {"RadiusServers": ["10.0.0.9"], "SharedSecret": "made-up", "AuthenticationProtocol": "MS-CHAPv2"}
    row = {
        "DirectoryId": DIRECTORY,
        "Name": "corp.example",
        "Description": HOSTILE["mirrored"],
        "Type": "MicrosoftAD",
        "Stage": "Active",
        "OsVersion": "SERVER_2019" if careful else "SERVER_2012",
        "VpcSettings": {"VpcId": "vpc-1", "SecurityGroupId": place.made["groups"]["inside"]},
        **({"RadiusStatus": "Completed", "RadiusSettings": radius} if careful else {}),
    }
    place.tell("ds:DescribeDirectories", {"DirectoryDescriptions": [row]})
    trust = {"DirectoryId": DIRECTORY, "TrustId": "t-1234567890", "RemoteDomainName": "partner.example"}
    ways = {"TrustDirection": "Two-Way", "TrustState": "Verified", "SelectiveAuth": "Enabled" if careful else "Disabled"}
    place.tell("ds:DescribeTrusts", {"Trusts": [trust | ways]})
    on = "Disable" if careful else "Enable"
    entries = [{"Name": name, "Type": "Protocol", "AppliedValue": on} for name in ("TLS_1_0", "TLS_1_1", "RC4_128_128")]
    place.tell("ds:DescribeSettings", {"DirectoryId": DIRECTORY, "SettingEntries": entries})
    certificate = {"CertificateId": "c-1234567890", "State": "Registered", "ExpiryDateTime": ago(-400 if careful else 10)}
    place.tell("ds:ListCertificates", {"CertificatesInfo": [certificate]})
    place.tell("ds:DescribeLDAPSSettings", {"LDAPSSettingsInfo": [{"LDAPSStatus": "Enabled" if careful else "Disabled"}]})
    place.tell("ds:DescribeSharedDirectories", {"SharedDirectories": []})
    snapshot = {"DirectoryId": DIRECTORY, "SnapshotId": "s-1234567890", "Type": "Auto", "Status": "Completed"}
    place.tell("ds:DescribeSnapshots", {"Snapshots": [snapshot | {"StartTime": ago(1 if careful else 90)}]})
    logs = {"DirectoryId": DIRECTORY, "LogGroupName": "/aws/directoryservice/corp"}
    place.tell("ds:ListLogSubscriptions", {"LogSubscriptions": [logs] if careful else []})
    topic = {"DirectoryId": DIRECTORY, "TopicName": "alerts-0", "Status": "Registered" if careful else "Topic not found"}
    place.tell("ds:DescribeEventTopics", {"EventTopics": [topic]})


def scanned_code(place: Place, _scale: int) -> None:
    """Tell that Inspector scans the code of functions too, in the first region."""
    if place.region != REGIONS[0]:
        return
    parts = {part: {"status": "ENABLED"} for part in ("ec2", "ecr", "lambda", "lambdaCode")}
    account = {"accountId": place.account, "state": {"status": "ENABLED"}, "resourceState": parts}
    place.tell("inspector2:BatchGetAccountStatus", {"accounts": [account], "failedAccounts": []})
    if place.careful:
        place.tell("inspector2:GetEncryptionKey", {"kmsKeyId": place.made["key"]})
