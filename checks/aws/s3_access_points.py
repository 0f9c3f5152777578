"""Checks on Amazon S3 access points."""

from checks.aws import sharing
from checks.aws.s3 import all_blocked, blocks
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed


@check(
    "aws.s3.access_point.public_access_blocked",
    on="aws.s3.access_point",
    control="data.public_exposure",
    severity=Severity.MEDIUM,
    title="Access point blocks public access",
    risk="A public policy on the access point opens the bucket; its block cannot be set after creation.",
    fix="Create the access point anew with all four public access blocks",
)
def public_access_blocked(point: Resource) -> Verdict:
    return all_blocked(point["access_point"].get("PublicAccessBlockConfiguration"))


@check(
    "aws.s3.access_point.not_public",
    on="aws.s3.access_point",
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Access point admits nobody unnamed",
    risk="Where the bucket delegates to its access points, anybody may read or replace the objects.",
    fix="aws s3control put-access-point-policy --account-id {account} --name {name} --policy file://policy.json",
    cis=sharing.STRANGERS,
)
def not_public(point: Resource, inventory: Inventory) -> Verdict:
    verdict = sharing.named(point)
    if verdict.outcome != "pass" and (blocking := _voided_by(point, inventory)):
        return passed(f"the policy is public, and the block of the {blocking} voids it")
    return verdict


def _voided_by(point: Resource, inventory: Inventory) -> str:
    """Return whose block of public access voids a public policy of *point*, if one does: any of the three is enough.

    Source: Amazon S3 user guide, "Managing public access to access points".
    """
    if (point["access_point"].get("PublicAccessBlockConfiguration") or {}).get("RestrictPublicBuckets"):
        return "access point"
    item = point["item"]
    if item.get("BucketAccountId", point.account) != point.account:
        return ""  # how the other account blocks is not seen here
    for bucket in inventory.where("aws.s3.bucket", "item.Name", item.get("Bucket", "")):
        return "bucket or the account" if blocks(bucket, inventory, "RestrictPublicBuckets") else ""
    return ""


@check(
    "aws.s3.access_point.known_accounts",
    on="aws.s3.access_point",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Access point admits only accounts of the organization",
    risk="An account that nobody here runs may read or replace the objects.",
    fix="Name only accounts of the organization in the policy, or add a condition on aws:PrincipalOrgID",
    cis=sharing.STRANGERS,
)
def known_accounts(point: Resource, inventory: Inventory) -> Verdict:
    if sharing.named(point).outcome != "pass" and (blocking := _voided_by(point, inventory)):
        return passed(f"the policy is public, and the block of the {blocking} voids it")
    return sharing.known(point, inventory)


@check(
    "aws.s3.access_point.inside_vpc",
    on="aws.s3.access_point",
    control="network.public_access",
    severity=Severity.LOW,
    title="Access point answers only inside a VPC",
    risk="A stolen credential works on it from anywhere on the internet.",
    fix="Create the access point anew with --vpc-configuration VpcId=VPC",
)
def inside_vpc(point: Resource) -> Verdict:
    item = point["item"]
    if item["NetworkOrigin"] == "VPC":
        return passed(f"answers inside {item.get('VpcConfiguration', {}).get('VpcId', 'a VPC')} only")
    return failed("answers on the internet")
