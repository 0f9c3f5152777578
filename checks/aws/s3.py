"""Checks on Amazon S3 buckets and the account's settings for them."""

from __future__ import annotations

from typing import Any

from checks.aws import keys, sharing, transport
from checks.aws.iam_read import condition_keys
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
EVERYONE = {
    "http://acs.amazonaws.com/groups/global/AllUsers": "everyone",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "every AWS user",
}
PRESIGNED = {"s3:signatureage", "s3:authtype"}  # what tells a presigned URL from a signed call, in lower case
# Whom CloudFront's access logs come from, in AWS and in its China. Source: CloudFront developer guide, "Standard logging".
LOG_WRITERS = {
    "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0",
    "a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56",
}
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"


def _account_block(inventory: Inventory) -> dict[str, bool]:
    """Return the account's public access block, empty when it has none."""
    blocks = (each["public_access_block"] for each in inventory.all("aws.s3.account_settings"))
    return next((block for block in blocks if block), {})


def blocks(bucket: Resource, inventory: Inventory, setting: str) -> bool:
    """Tell whether *setting* holds: S3 applies the stricter of what bucket and account say."""
    own = bucket["public_access_block"] or {}
    return bool(own.get(setting) or _account_block(inventory).get(setting))


def enforced(bucket: Resource) -> bool:
    """Tell whether the bucket's ACLs are disabled."""
    return any(rule["ObjectOwnership"] == "BucketOwnerEnforced" for rule in bucket["ownership"] or [])


def _public_grants(bucket: Resource) -> list[str]:
    """Return what the ACL grants to people whom nobody knows."""
    grants = [] if enforced(bucket) else (bucket["acl"] or {}).get("Grants") or []
    return [
        f"{grant['Permission']} to {EVERYONE[uri]}" for grant in grants if (uri := grant["Grantee"].get("URI", "")) in EVERYONE
    ]


@check(
    "aws.s3.bucket.not_public",
    on="aws.s3.bucket",
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Bucket admits nobody unnamed",
    risk="Anybody on the internet may read, list or replace the objects.",
    fix="aws s3api put-public-access-block --bucket {name} --public-access-block-configuration"
    " BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
    cis=sharing.STRANGERS,
)
def not_public(bucket: Resource, inventory: Inventory) -> Verdict:
    by_policy = sharing.named(bucket)
    open_by_policy = by_policy.outcome != "pass" and not blocks(bucket, inventory, "RestrictPublicBuckets")
    if open_by_policy and by_policy.outcome == "fail":
        return by_policy
    grants = _public_grants(bucket)
    if grants and not blocks(bucket, inventory, "IgnorePublicAcls"):
        return failed(f"the ACL grants {', '.join(grants)}")
    if open_by_policy:
        return by_policy
    if grants or by_policy.outcome != "pass":
        return passed("public grants are there, but the public access block voids them")
    return passed("neither policy nor ACL admits anybody unnamed")


@check(
    "aws.s3.bucket.known_accounts",
    on="aws.s3.bucket",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Bucket admits only accounts of the organization",
    risk="An account that nobody here runs may read or replace the objects.",
    fix="Name only accounts of the organization in the policy, or add a condition on aws:PrincipalOrgID",
    cis=sharing.STRANGERS,
)
def known_accounts(bucket: Resource, inventory: Inventory) -> Verdict:
    public = sharing.named(bucket).outcome != "pass"
    if public and blocks(bucket, inventory, "RestrictPublicBuckets"):
        # The block voids what a public policy gives to named accounts as well.
        return _acl_known(bucket, passed("the policy is public, and the public access block voids it"))
    return _acl_known(bucket, sharing.known(bucket, inventory))


def _acl_known(bucket: Resource, by_policy: Verdict) -> Verdict:
    """Return the verdict on the policy, unless the ACL admits somebody of whom it tells but a canonical id."""
    acl = {} if by_policy.outcome != "pass" or enforced(bucket) else bucket["acl"] or {}
    ours = {*LOG_WRITERS, (acl.get("Owner") or {}).get("ID")}
    for grant in acl.get("Grants") or []:
        if grant["Grantee"].get("ID", "") not in ("", *ours):
            return unknown(f"the ACL grants {grant['Permission']} to a canonical user, of whose account AWS tells nothing")
    return by_policy


@check(
    "aws.s3.bucket.services_bound",
    on="aws.s3.bucket",
    control="access.external_trust",
    severity=Severity.LOW,
    title="AWS services use the bucket for this account only",
    risk="Anybody can make the admitted service write here, or read from here, from an account of their own.",
    fix="Add a condition on aws:SourceAccount or aws:SourceArn to the statements that admit services",
)
def services_bound(bucket: Resource, inventory: Inventory) -> Verdict:
    return sharing.services_bound(bucket, inventory)


@check(
    "aws.s3.bucket.public_access_blocked",
    on="aws.s3.bucket",
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Public access to the bucket is blocked",
    risk="One slip in a policy or ACL makes the objects public.",
    fix="aws s3api put-public-access-block --bucket {name} --public-access-block-configuration"
    " BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
    cis=("v5:2.1.4", "v6:3.1.4", "v7:3.1.4"),
)
def public_access_blocked(bucket: Resource, inventory: Inventory) -> Verdict:
    own = bucket["public_access_block"] or {}
    if all(own.get(name) for name in BLOCKS):
        return passed("blocked on the bucket")
    account = _account_block(inventory)
    if missing := [name for name in BLOCKS if not own.get(name) and not account.get(name)]:
        return failed(f"neither bucket nor account sets {', '.join(missing)}")
    return passed("blocked on the account")


@check(
    "aws.s3.bucket.acl_disabled",
    on="aws.s3.bucket",
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Bucket's ACLs are disabled",
    risk="Whoever uploads an object may grant it to others, past the bucket's policy.",
    fix="aws s3api put-bucket-ownership-controls --bucket {name} --ownership-controls"
    " Rules=[...ObjectOwnership=BucketOwnerEnforced]",
)
def acl_disabled(bucket: Resource) -> Verdict:
    if enforced(bucket):
        return passed("object ownership is BucketOwnerEnforced")
    rules = bucket["ownership"] or []
    return failed(f"object ownership is {rules[0]['ObjectOwnership'] if rules else 'not set'}")


@check(
    "aws.s3.bucket.refuses_plain_http",
    on="aws.s3.bucket",
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Bucket policy refuses plain HTTP",
    risk="Objects and requests can be read and changed on their way.",
    fix="Add a statement to the bucket policy that denies s3:* to everyone where aws:SecureTransport is false",
    cis=("v5:2.1.1", "v6:3.1.1", "v7:3.1.1"),
)
def refuses_plain_http(bucket: Resource) -> Verdict:
    document = bucket["policy"]
    if transport.refuses_plain_http(document):
        return passed("the policy denies requests without TLS")
    return failed("the policy does not deny requests without TLS" if document else "no bucket policy")


# Without a limit, a presigned URL is good for as long as its maker says, up to seven days, and for whoever holds it.
# Source: AWS prescriptive guidance, "Establishing guardrails and monitoring for presigned URLs".
@check(
    "aws.s3.bucket.presigned_limited",
    on="aws.s3.bucket",
    control="identity.credential_age",
    severity=Severity.INFORMATIONAL,
    title="Bucket policy limits how long presigned URLs work",
    risk="A link that was passed on, or logged somewhere, opens the object for days.",
    fix="Add a statement to the bucket policy that denies s3:* to everyone where s3:signatureAge is greater than the"
    " milliseconds that links need to work",
)
def presigned_limited(bucket: Resource) -> Verdict:
    for each in sharing.statements(bucket["policy"]):
        everybody = each["Effect"] == "Deny" and "*" in sharing.strings(each.get("Principal", []))
        if everybody and (keys_asked := sorted(condition_keys(each) & PRESIGNED)):
            return passed(f"the policy denies by {', '.join(keys_asked)}")
    return failed("the policy sets no limit")


@check(
    "aws.s3.bucket.encrypted",
    on="aws.s3.bucket",
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Bucket encrypts new objects by default",
    risk="Objects are stored in the clear.",
    fix="aws s3api put-bucket-encryption --bucket {name} --server-side-encryption-configuration file://encryption.json",
)
def encrypted(bucket: Resource) -> Verdict:
    default = _default_encryption(bucket)
    return passed(f"encrypted with {default['SSEAlgorithm']}") if default else failed("no default encryption")


@check(
    "aws.s3.bucket.customer_key",
    on="aws.s3.bucket",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Bucket encrypts with a key of the customer's own",
    risk="Access to the objects cannot be limited, logged or ended by a key of one's own.",
    fix="aws s3api put-bucket-encryption with SSEAlgorithm aws:kms and the ARN of a customer managed key",
)
def customer_key(bucket: Resource, inventory: Inventory) -> Verdict:
    default = _default_encryption(bucket)
    return keys.customer_key(bucket, default.get("KMSMasterKeyID"), inventory)


def _default_encryption(bucket: Resource) -> dict[str, Any]:
    for rule in bucket["encryption"] or []:
        if default := rule.get("ApplyServerSideEncryptionByDefault"):
            return dict(default)
    return {}


@check(
    "aws.s3.bucket.versioned",
    on="aws.s3.bucket",
    control="resilience.versioning",
    severity=Severity.MEDIUM,
    title="Bucket keeps earlier versions of its objects",
    risk="An overwrite or a delete, whether a slip or ransomware, is final.",
    fix="aws s3api put-bucket-versioning --bucket {name} --versioning-configuration Status=Enabled",
)
def versioned(bucket: Resource) -> Verdict:
    status = bucket["versioning"].get("Status", "never enabled")
    return passed("versioning is on") if status == "Enabled" else failed(f"versioning is {status}")


@check(
    "aws.s3.bucket.mfa_delete",
    on="aws.s3.bucket",
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Versions are deleted only with a second factor",
    risk="A stolen key is enough to delete every version of every object.",
    fix="As the root user: aws s3api put-bucket-versioning --bucket {name} --versioning-configuration"
    " Status=Enabled,MFADelete=Enabled --mfa 'SERIAL CODE'",
    cis=("v5:2.1.2", "v6:3.1.2", "v7:3.1.2"),
)
def mfa_delete(bucket: Resource) -> Verdict:
    versioning = bucket["versioning"]
    if versioning.get("Status") != "Enabled":
        return failed("versioning is off, and MFA delete with it")
    state = versioning.get("MFADelete", "Disabled")
    return passed("MFA delete is on") if state == "Enabled" else failed("MFA delete is off")


@check(
    "aws.s3.bucket.object_lock",
    on="aws.s3.bucket",
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Bucket locks its objects for a time",
    risk="Whoever gains administrator rights can delete every object and version.",
    fix="aws s3api put-object-lock-configuration --bucket {name} --object-lock-configuration file://lock.json",
)
def object_lock(bucket: Resource) -> Verdict:
    lock = bucket["object_lock"] or {}
    if lock.get("ObjectLockEnabled") != "Enabled":
        return failed("object lock is off")
    retention = lock.get("Rule", {}).get("DefaultRetention", {})
    if mode := retention.get("Mode"):
        return passed(f"{mode} for {retention.get('Days') or retention.get('Years')} {_unit(retention)}")
    return failed("object lock is on, but without a default retention")


def _unit(retention: dict[str, Any]) -> str:
    return "days" if retention.get("Days") else "years"


@check(
    "aws.s3.bucket.access_logged",
    on="aws.s3.bucket",
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Bucket logs who uses it",
    risk="After a leak nobody can tell which objects were read, and by whom.",
    fix="aws s3api put-bucket-logging --bucket {name} --bucket-logging-status file://logging.json",
)
def access_logged(bucket: Resource) -> Verdict:
    if logging := bucket["logging"]:
        return passed(f"logs go to {logging['TargetBucket']}")
    if _takes_logs(bucket):
        return skipped("the bucket takes the access logs of others; logging itself would never end")
    return failed("server access logging is off")


def _takes_logs(bucket: Resource) -> bool:
    """Tell whether policy or ACL let S3's log delivery write here."""
    for statement in sharing.statements(bucket["policy"]):
        admitted = sharing.strings(statement.get("Principal", []))
        if statement["Effect"] == "Allow" and "logging.s3.amazonaws.com" in admitted:
            return True
    return any(grant["Grantee"].get("URI") == LOG_DELIVERY for grant in (bucket["acl"] or {}).get("Grants") or [])


@check(
    "aws.s3.bucket.lifecycle",
    on="aws.s3.bucket",
    control="data.retention",
    severity=Severity.LOW,
    title="Objects of the bucket expire",
    risk="Data is kept for ever, beyond its purpose, and every leak is as large as it can be.",
    fix="aws s3api put-bucket-lifecycle-configuration --bucket {name} --lifecycle-configuration file://lifecycle.json",
)
def lifecycle(bucket: Resource) -> Verdict:
    rules = [rule for rule in bucket["lifecycle"] or [] if rule["Status"] == "Enabled"]
    ending = [rule for rule in rules if _expires(rule)]
    if ending:
        return passed(f"{len(ending)} rules let objects expire")
    return failed("no rule lets objects expire" if rules else "no lifecycle rules")


def _expires(rule: dict[str, Any]) -> bool:
    end = rule.get("Expiration", {})
    return bool(end.get("Days") or end.get("Date") or rule.get("NoncurrentVersionExpiration"))


@check(
    "aws.s3.account_settings.buckets_blocked",
    on="aws.s3.account_settings",
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Account blocks public access to all its buckets",
    risk="Every new bucket is one slip in a policy or ACL away from being public.",
    fix="aws s3control put-public-access-block --account-id {account} --public-access-block-configuration"
    " BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
    cis=("v5:2.1.4", "v6:3.1.4", "v7:3.1.4"),
)
def buckets_blocked(settings: Resource) -> Verdict:
    return all_blocked(settings["public_access_block"])


def all_blocked(block: dict[str, bool] | None) -> Verdict:
    missing = [name for name in BLOCKS if not (block or {}).get(name)]
    return failed(f"off: {', '.join(missing)}") if missing else passed("all four blocks are on")
