"""Checks on AWS Secrets Manager secrets."""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.aws import keys, sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

UNUSED_AFTER = timedelta(days=90)
# AWS tells the date by which a rotation is due; a day of grace covers the day's rounding.
GRACE = timedelta(days=1)


def _is_replica(secret: Resource) -> bool:
    """Tell whether the secret follows one in another region. How it rotates cannot be set.

    Source: Secrets Manager user guide, "Promote a replica secret to a standalone secret".
    """
    return bool(secret["item"].get("PrimaryRegion", secret.region) != secret.region)


@check(
    "aws.secretsmanager.secret.rotates",
    on="aws.secretsmanager.secret",
    control="identity.secret_rotation",
    severity=Severity.MEDIUM,
    title="Secret rotates by itself",
    risk="A secret that leaked once opens the door for years.",
    fix="aws secretsmanager rotate-secret --secret-id {id} --rotation-lambda-arn FUNCTION"
    " --rotation-rules AutomaticallyAfterDays=90",
)
def rotates(secret: Resource) -> Verdict:
    item = secret["item"]
    if item.get("RotationEnabled"):
        return passed("automatic rotation is on")
    if _is_replica(secret):
        return skipped(f"a replica, which rotates with its primary in {item['PrimaryRegion']}")
    if owner := item.get("OwningService"):
        return skipped(f"managed by {owner}")
    return failed("automatic rotation is off")


@check(
    "aws.secretsmanager.secret.rotated_in_time",
    on="aws.secretsmanager.secret",
    control="identity.secret_rotation",
    severity=Severity.MEDIUM,
    title="Secret's rotation is not overdue",
    risk="The rotation fails and nobody notices: the secret looks rotated and is old.",
    fix="Read the errors of the rotation function, then aws secretsmanager rotate-secret --secret-id {id}",
)
def rotated_in_time(secret: Resource, now: datetime) -> Verdict:
    item = secret["item"]
    if not item.get("RotationEnabled") or "NextRotationDate" not in item:
        return skipped("no rotation is scheduled")
    due = datetime.fromisoformat(item["NextRotationDate"]) + GRACE
    if due < now:
        return failed(f"a rotation was due on {item['NextRotationDate']}")
    return passed(f"the next rotation is due on {item['NextRotationDate']}", until=due)


@check(
    "aws.secretsmanager.secret.used",
    on="aws.secretsmanager.secret",
    control="identity.unused",
    severity=Severity.LOW,
    title="Secret is in use",
    risk="A secret that nobody needs still opens the door that it was made for.",
    fix="aws secretsmanager delete-secret --secret-id {id} --recovery-window-in-days 30",
)
def used(secret: Resource, now: datetime) -> Verdict:
    item = secret["item"]
    last = item.get("LastAccessedDate") or item.get("CreatedDate")
    if last is None:
        return skipped("AWS tells neither when the secret was used nor when it was made")
    end = datetime.fromisoformat(last) + UNUSED_AFTER
    if end < now:
        return failed(f"last used on {last}" if "LastAccessedDate" in item else f"made on {last} and never used")
    return passed(f"used or made on {last}", until=end)


@check(
    "aws.secretsmanager.secret.customer_key",
    on="aws.secretsmanager.secret",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Secret is encrypted with a key of the customer's own",
    risk="Who may read the secret cannot be limited, or ended, by a key of one's own.",
    fix="aws secretsmanager update-secret --secret-id {id} --kms-key-id KEY",
)
def customer_key(secret: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(secret, secret["item"].get("KmsKeyId"), inventory)


@check(
    "aws.secretsmanager.secret.not_public",
    on="aws.secretsmanager.secret",
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Secret admits nobody unnamed",
    risk="Anybody with an AWS account may read the secret.",
    fix="aws secretsmanager put-resource-policy --secret-id {id} --resource-policy file://policy.json --block-public-policy",
    cis=sharing.STRANGERS,
)
def not_public(secret: Resource) -> Verdict:
    return sharing.named(secret)


@check(
    "aws.secretsmanager.secret.known_accounts",
    on="aws.secretsmanager.secret",
    control="access.external_trust",
    severity=Severity.HIGH,
    title="Secret's policy admits only accounts of the organization",
    risk="An account that nobody here runs may read the secret.",
    fix="Name only accounts of the organization in the policy, or add a condition on aws:PrincipalOrgID",
    cis=sharing.STRANGERS,
)
def known_accounts(secret: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(secret, inventory)


@check(
    "aws.secretsmanager.secret.replicated",
    on="aws.secretsmanager.secret",
    control="resilience.multi_zone",
    severity=Severity.INFORMATIONAL,
    title="Secret has a replica in another region",
    risk="An outage of the region takes the secret from everything that could run elsewhere.",
    fix="aws secretsmanager replicate-secret-to-regions --secret-id {id} --add-replica-regions Region=REGION",
)
def replicated(secret: Resource) -> Verdict:
    replicas = [each["Region"] for each in secret["replicas"] or [] if each["Status"] == "InSync"]
    if replicas:
        return passed(f"in sync in {', '.join(sorted(replicas))}")
    if _is_replica(secret):
        return skipped("the secret is itself a replica")
    return failed("no replica is in sync")
