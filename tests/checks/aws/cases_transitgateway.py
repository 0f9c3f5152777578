from typing import Any

from checks.aws import transitgateway, vpn
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import ALONE, MANAGED, ORGANIZATION, OTHER, STRANGER

TOGETHER = {"DefaultRouteTableAssociation": "enable", "DefaultRouteTablePropagation": "enable"}
TABLES = {"AssociationDefaultRouteTableId": "tgw-rtb-1", "PropagationDefaultRouteTableId": "tgw-rtb-1"}
STRONG: dict[str, Any] = {
    "IkeVersions": [{"Value": "ikev2"}],
    "Phase1IntegrityAlgorithms": [{"Value": "SHA2-256"}],
    "Phase2IntegrityAlgorithms": [{"Value": "SHA2-256"}],
    "Phase1DHGroupNumbers": [{"Value": 20}],
    "Phase2DHGroupNumbers": [{"Value": 20}],
}
LOGGED = {"LogOptions": {"CloudWatchLogOptions": {"LogEnabled": True}}}


def gateway(owner: str = "123456789012", **options: str) -> dict[str, Any]:
    return {"TransitGatewayId": "tgw-1", "OwnerId": owner, "Options": options}


def log(status: str = "ACTIVE", **more: str) -> Resource:
    return resource("aws.vpc.flow_log", "fl-1", item={"ResourceId": "tgw-1", "FlowLogStatus": status, **more})


def joined(owner: str, state: str = "available") -> dict[str, Any]:
    return {"State": state, "ResourceOwnerId": owner, "TransitGatewayOwnerId": "123456789012"}


def tunnels(*given: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"State": "available", "Options": {"TunnelOptions": list(given)}, **more}


def telemetry(*states: str, state: str = "available") -> dict[str, Any]:
    return {"State": state, "VgwTelemetry": [{"Status": each} for each in states]}


def asks(*kinds: str) -> dict[str, Any]:
    return {"AuthenticationOptions": [{"Type": each} for each in kinds]}


def rule(*, everybody: bool, status: str = "active") -> dict[str, Any]:
    return {"AccessAll": everybody, "DestinationCidr": "10.0.0.0/8", "Status": {"Code": status}}


CASES = [
    case(transitgateway.asks_before_joining, PASS, item=gateway(AutoAcceptSharedAttachments="disable")),
    case(transitgateway.asks_before_joining, PASS, item=gateway()),
    case(transitgateway.asks_before_joining, FAIL, item=gateway(AutoAcceptSharedAttachments="enable")),
    case(transitgateway.asks_before_joining, SKIP, item=gateway(OTHER, AutoAcceptSharedAttachments="enable")),
    case(transitgateway.networks_kept_apart, PASS, item=gateway(DefaultRouteTableAssociation="enable")),
    case(
        transitgateway.networks_kept_apart,
        PASS,
        item=gateway(**{**TOGETHER, **TABLES, "PropagationDefaultRouteTableId": "tgw-rtb-2"}),
    ),
    case(transitgateway.networks_kept_apart, FAIL, item=gateway(**TOGETHER, **TABLES)),
    case(transitgateway.flow_logs, PASS, item=gateway(), inventory=[log()]),
    case(transitgateway.flow_logs, FAIL, item=gateway()),
    case(transitgateway.flow_logs, FAIL, item=gateway(), inventory=[log(DeliverLogsStatus="FAILED")]),
    case(transitgateway.flow_logs, UNKNOWN, item=gateway(), inventory=[unlisted("aws.vpc.flow_log")]),
    case(transitgateway.known_account, PASS, item=joined("123456789012")),
    case(transitgateway.known_account, PASS, item=joined(OTHER), inventory=MANAGED),
    case(transitgateway.known_account, FAIL, item=joined(STRANGER), inventory=MANAGED),
    case(transitgateway.known_account, FAIL, item=joined(STRANGER, "pendingAcceptance"), inventory=[ALONE]),
    case(transitgateway.known_account, SKIP, item=joined(STRANGER, "rejected"), inventory=MANAGED),
    case(transitgateway.known_account, UNKNOWN, item=joined(STRANGER), inventory=[ORGANIZATION]),
    case(vpn.strong_encryption, PASS, item=tunnels(STRONG, STRONG)),
    case(vpn.strong_encryption, FAIL, item=tunnels(STRONG, {})),
    case(vpn.strong_encryption, FAIL, item=tunnels({**STRONG, "IkeVersions": [{"Value": "ikev1"}, {"Value": "ikev2"}]})),
    case(vpn.strong_encryption, FAIL, item=tunnels({**STRONG, "Phase1DHGroupNumbers": [{"Value": 2}]})),
    case(vpn.strong_encryption, FAIL, item={"State": "available"}),
    case(vpn.keys_in_store, PASS, item=tunnels(PreSharedKeyArn="arn:aws:secretsmanager:eu-west-1:1:secret:s")),
    case(vpn.keys_in_store, PASS, item=tunnels(STRONG)),
    case(vpn.keys_in_store, FAIL, item=tunnels({"PreSharedKey": {"$secret": {"hash": "0f", "detected": []}}})),
    case(vpn.tunnels_logged, PASS, item=tunnels(LOGGED, LOGGED)),
    case(vpn.tunnels_logged, FAIL, item=tunnels(LOGGED, {})),
    case(vpn.tunnels_logged, FAIL, item=tunnels()),
    case(vpn.both_tunnels_up, PASS, item=telemetry("UP", "UP")),
    case(vpn.both_tunnels_up, FAIL, item=telemetry("UP", "DOWN")),
    case(vpn.both_tunnels_up, FAIL, item=telemetry()),
    case(vpn.both_tunnels_up, SKIP, item=telemetry(state="pending")),
    case(vpn.connections_logged, PASS, item={"ConnectionLogOptions": {"Enabled": True, "CloudwatchLogGroup": "vpn"}}),
    case(vpn.connections_logged, FAIL, item={"ConnectionLogOptions": {"Enabled": False}}),
    case(vpn.people_sign_in, PASS, item=asks("certificate-authentication", "federated-authentication")),
    case(vpn.people_sign_in, FAIL, item=asks("certificate-authentication")),
    case(vpn.groups_admitted, PASS, rules=[rule(everybody=False), rule(everybody=True, status="revoking")]),
    case(vpn.groups_admitted, FAIL, rules=[rule(everybody=True)]),
    case(vpn.groups_admitted, UNKNOWN, rules=DENIED),
]
