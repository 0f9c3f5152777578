"""Checks on transit gateways and their attachments. Tunnels: `vpn.py`."""

from __future__ import annotations

from checks.aws.owned import owned
from checks.aws.sharing import members_only
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

GATEWAY, ATTACHMENT = "aws.transitgateway.transit_gateway", "aws.transitgateway.attachment"
SET = "aws ec2 modify-transit-gateway --transit-gateway-id {name} --region {region} --options "
LEAVING = {"deleting", "rejected", "rejecting", "failed", "failing", "rollingBack"}
ON = "enable"


@check(
    "aws.transitgateway.transit_gateway.asks_before_joining",
    on=GATEWAY,
    control="access.external_trust",
    severity=Severity.HIGH,
    title="Transit gateway does not let networks join by themselves",
    risk="Any account that the gateway is shared with joins a network to it, and nobody here agreed.",
    fix=SET + "AutoAcceptSharedAttachments=disable",
)
@owned
def asks_before_joining(gateway: Resource) -> Verdict:
    state = gateway["item"]["Options"].get("AutoAcceptSharedAttachments", "disable")
    return failed("attachments are accepted by themselves") if state == ON else passed("attachments wait for acceptance")


@check(
    "aws.transitgateway.transit_gateway.networks_kept_apart",
    on=GATEWAY,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Networks that join do not reach all others by themselves",
    risk="Whoever breaks into one network is on the way to every other.",
    fix=SET + "DefaultRouteTableAssociation=disable,DefaultRouteTablePropagation=disable, and a route table for each purpose",
)
@owned
def networks_kept_apart(gateway: Resource) -> Verdict:
    options = gateway["item"]["Options"]
    associated, propagated = (options.get(f"DefaultRouteTable{each}") == ON for each in ("Association", "Propagation"))
    one = options.get("AssociationDefaultRouteTableId") == options.get("PropagationDefaultRouteTableId")
    if associated and propagated and one:
        return failed("every attachment joins, and is announced in, one route table")
    return passed("attachments are not routed to each other by default")


@check(
    "aws.transitgateway.transit_gateway.flow_logs",
    on=GATEWAY,
    control="logging.flow_logs",
    severity=Severity.LOW,
    title="Traffic of the transit gateway is logged",
    risk="Nobody can tell how an intruder moved from one network to the next.",
    fix="aws ec2 create-flow-logs --resource-type TransitGateway --resource-ids {name} --region {region} --log-destination B"
    " --log-destination-type s3",
)
@owned
def flow_logs(gateway: Resource, inventory: Inventory) -> Verdict:
    found = list(
        inventory.where("aws.vpc.flow_log", "item.ResourceId", gateway["item"]["TransitGatewayId"], region=gateway.region)
    )
    for each in found:
        if each["item"].get("FlowLogStatus") == "ACTIVE" and each["item"].get("DeliverLogsStatus") != "FAILED":
            return passed(f"flow log {each.name} is at work")
    return failed(f"flow log {found[0].name} delivers nothing" if found else "no flow log")


@check(
    "aws.transitgateway.attachment.known_account",
    on=ATTACHMENT,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Network that joined the transit gateway is of the organization",
    risk="A network that nobody here runs is joined to the account's own.",
    fix="aws ec2 reject-transit-gateway-vpc-attachment or delete-transit-gateway-vpc-attachment --transit-gateway-attachment-id"
    " {name} --region {region}",
)
def known_account(attachment: Resource, inventory: Inventory) -> Verdict:
    item = attachment["item"]
    if item["State"] in LEAVING:
        return skipped(f"state is {item['State']}")
    others = {item.get("ResourceOwnerId"), item.get("TransitGatewayOwnerId")} - {attachment.account, None}
    return members_only(others, inventory)
