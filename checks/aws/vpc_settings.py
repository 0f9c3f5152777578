"""Checks on what holds for all VPCs of an account in a region."""

from __future__ import annotations

from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped


@check(
    "aws.vpc.public_access_block.on",
    on="aws.vpc.public_access_block",
    service="aws.account",
    control="network.default_deny",
    severity=Severity.LOW,
    title="VPCs have no way in from the internet unless they are excluded",
    risk="One careless route or gateway puts any VPC of the region on the internet.",
    fix="aws ec2 modify-vpc-block-public-access-options --internet-gateway-block-mode block-ingress --region {region}, after"
    " aws ec2 create-vpc-block-public-access-exclusion for what is meant to be public",
)
def on(block: Resource, inventory: Inventory) -> Verdict:
    options = block["options"]
    if options is None:
        return skipped("the region has no such setting")
    mode = options["InternetGatewayBlockMode"]
    if mode != "off":
        return passed(f"the mode is {mode}")
    if not any(True for _ in inventory.all("aws.vpc.vpc", region=block.region)):
        return skipped("no VPCs in the region")
    return failed("internet gateways carry traffic in every VPC")
