"""Where networks meet, and where users sign in: transit gateways, tunnels, firewalls, user pools, GraphQL APIs."""

from __future__ import annotations

from typing import Any

from simulators.aws.estate.place import HOSTILE, Place, named, tags

FIRST = "eu-west-1"
STRONG: dict[str, Any] = {
    "IkeVersions": [{"Value": "ikev2"}],
    "Phase1IntegrityAlgorithms": [{"Value": "SHA2-256"}],
    "Phase2IntegrityAlgorithms": [{"Value": "SHA2-256"}],
    "Phase1DHGroupNumbers": [{"Value": 20}],
    "Phase2DHGroupNumbers": [{"Value": 20}],
    "LogOptions": {"CloudWatchLogOptions": {"LogEnabled": True, "LogGroupArn": "arn:aws:logs:eu-west-1:1:log-group:vpn"}},
}


def crossings(place: Place, scale: int) -> None:
    """Make transit gateways, a client VPN, and firewalls: careful ones, and bare ones."""
    ec2 = place.client("ec2")
    for number in range(scale):
        gateway = ec2.create_transit_gateway(
            Description=f"hub-{number}",
            Options={"AutoAcceptSharedAttachments": "disable" if place.careful else "enable"},
            TagSpecifications=named("transit-gateway", owner="team-a"),
        )["TransitGateway"]["TransitGatewayId"]
        ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=gateway, VpcId=place.made["vpc"], SubnetIds=place.made["subnets"][:1]
        )
        device = ec2.create_customer_gateway(Type="ipsec.1", IpAddress="192.0.2.7", BgpAsn=65000)["CustomerGateway"]
        ec2.create_vpn_connection(Type="ipsec.1", CustomerGatewayId=device["CustomerGatewayId"], TransitGatewayId=gateway)
        _firewalls(place, number)
    _client_vpn(place)
    if place.careful:
        _tunnels(place)


def _tunnels(place: Place) -> None:
    """Tell of a VPN as it should be, and of one as AWS makes it; moto knows no options of tunnels."""
    common = {"State": "available", "Type": "ipsec.1", "Category": "VPN", "CustomerGatewayId": "cgw-1"}
    states = (("vpn-strong", "UP"), ("vpn-plain", "DOWN"))
    told = [
        {
            "VpnConnectionId": name,
            "Options": {"TunnelOptions": [STRONG, STRONG] if second == "UP" else [{"PreSharedKey": "example"}, {}]},
            "VgwTelemetry": [{"Status": "UP"}, {"Status": second}],
            "Tags": tags(owner="team-a"),
            **common,
        }
        for name, second in states
    ]
    place.tell("ec2:DescribeVpnConnections", {"VpnConnections": told})


def _client_vpn(place: Place) -> None:
    kinds = ["certificate-authentication", *(["federated-authentication"] if place.careful else [])]
    endpoint = {
        "ClientVpnEndpointId": "cvpn-endpoint-0123456789abcdef0",
        "Status": {"Code": "available"},
        "ClientCidrBlock": "10.200.0.0/22",
        "SplitTunnel": True,
        "AuthenticationOptions": [{"Type": each} for each in kinds],
        "ConnectionLogOptions": {"Enabled": place.careful, "CloudwatchLogGroup": "vpn"},
        "Tags": [{"Key": "note", "Value": HOSTILE["mirrored"]}],
    }
    rule = {"AccessAll": not place.careful, "DestinationCidr": "10.0.0.0/8", "Status": {"Code": "active"}}
    place.tell("ec2:DescribeClientVpnEndpoints", {"ClientVpnEndpoints": [endpoint]})
    place.tell("ec2:DescribeClientVpnAuthorizationRules", {"AuthorizationRules": [rule]})


def _firewalls(place: Place, number: int) -> None:
    firewalls = place.client("network-firewall")
    policies = []
    for name, careful in (("strict", True), ("loose", False)):
        policy = place.arn("network-firewall", f"firewall-policy/{name}-{number}")
        policies.append({"Name": f"{name}-{number}", "Arn": policy})
        subnets = place.made["subnets"] if careful else place.made["subnets"][:1]
        arn = firewalls.create_firewall(
            FirewallName=f"{name}-{number}",
            FirewallPolicyArn=policy,
            VpcId=place.made["vpc"],
            SubnetMappings=[{"SubnetId": each} for each in subnets],
            DeleteProtection=careful,
            SubnetChangeProtection=careful,
            Tags=[{"Key": "owner" if careful else "note", "Value": "team-a"}],
            EncryptionConfiguration={"Type": "CUSTOMER_KMS", "KeyId": place.made["key"]} if careful else {},
        )["Firewall"]["FirewallArn"]
        if careful and place.careful:
            to = {"LogType": "ALERT", "LogDestinationType": "S3", "LogDestination": {"bucketName": place.made["log_bucket"]}}
            firewalls.update_logging_configuration(FirewallArn=arn, LoggingConfiguration={"LogDestinationConfigs": [to]})
        threats = f"arn:aws:network-firewall:{place.region}:aws-managed:stateful-rulegroup/ThreatSignaturesMalwareActionOrder"
        rules = [{"ResourceArn": threats}] if careful else []
        default = ["aws:forward_to_sfe"] if careful else ["aws:pass"]
        told = {"StatelessDefaultActions": default, "StatelessFragmentDefaultActions": default}
        answer = {
            "UpdateToken": "1",
            "FirewallPolicyResponse": {
                "FirewallPolicyName": f"{name}-{number}",
                "FirewallPolicyArn": policy,
                "FirewallPolicyId": "1",
            },
            "FirewallPolicy": {**told, "StatefulRuleGroupReferences": rules},
        }
        place.tell("network-firewall:DescribeFirewallPolicy", answer, FirewallPolicyArn=policy)
    place.made.setdefault("policies", []).extend(policies)
    place.tell("network-firewall:ListFirewallPolicies", {"FirewallPolicies": place.made["policies"]})


def doors(place: Place, scale: int) -> None:
    """Make pools of users, and GraphQL APIs: careful ones, and bare ones."""
    for number in range(scale):
        _graphs(place, number)
        # moto reads a key for each pool, which takes its time: one region has to do.
        if place.region == FIRST:
            _pools(place, number)


def _pools(place: Place, number: int) -> None:
    users, identities = place.client("cognito-idp"), place.client("cognito-identity")
    policy = {"MinimumLength": 12, "RequireUppercase": True, "RequireLowercase": True, "RequireNumbers": True}
    policy |= {"RequireSymbols": True, "TemporaryPasswordValidityDays": 7}
    careful = {
        "Policies": {"PasswordPolicy": policy},
        "DeletionProtection": "ACTIVE",
        "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
        "UserPoolTags": {"owner": "team-a"},
        "KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": place.made["key"]},
    }
    for name, given in ((f"customers-{number}", careful), (f"trial-{number}", {})):
        pool = users.create_user_pool(PoolName=name, **given)["UserPool"]["Id"]
        flows = ["ALLOW_USER_SRP_AUTH"] if given else ["ALLOW_USER_PASSWORD_AUTH"]
        more = {"PreventUserExistenceErrors": "ENABLED", "EnableTokenRevocation": True} if given else {}
        oauth = {"AllowedOAuthFlows": ["code" if given else "implicit"], "AllowedOAuthFlowsUserPoolClient": True}
        users.create_user_pool_client(
            UserPoolId=pool,
            ClientName="web",
            GenerateSecret=True,
            ExplicitAuthFlows=flows,
            CallbackURLs=["https://a.example/back"],
            **more,
            **oauth,
        )
        identities.create_identity_pool(IdentityPoolName=name, AllowUnauthenticatedIdentities=not given)


def _graphs(place: Place, number: int) -> None:
    appsync = place.client("appsync")
    good = appsync.create_graphql_api(
        name=f"graph-{number}",
        authenticationType="AWS_IAM",
        logConfig={"fieldLogLevel": "ERROR", "cloudWatchLogsRoleArn": f"arn:aws:iam::{place.account}:role/graph"},
        tags={"owner": "team-a"},
        visibility="PRIVATE",
    )["graphqlApi"]["apiId"]
    cache = {"atRestEncryptionEnabled": place.careful, "transitEncryptionEnabled": place.careful, "ttl": 60}
    appsync.create_api_cache(apiId=good, apiCachingBehavior="FULL_REQUEST_CACHING", type="SMALL", **cache)
    bad = appsync.create_graphql_api(name=f"open-{number}", authenticationType="API_KEY", visibility="GLOBAL")
    appsync.create_api_key(apiId=bad["graphqlApi"]["apiId"])
