"""Checks on Amazon DynamoDB tables."""

from checks.aws import keys, sharing
from checks.aws.recorded import use_recorded
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed


@check(
    "aws.dynamodb.table.point_in_time_recovery",
    on="aws.dynamodb.table",
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Table can be restored to any moment of the last days",
    risk="A bad deployment or a deletion of items cannot be undone.",
    fix="aws dynamodb update-continuous-backups --table-name {name} --region {region}"
    " --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true",
)
def point_in_time_recovery(table: Resource) -> Verdict:
    recovery = table["backups"].get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") == "ENABLED":
        return passed(f"kept for {recovery.get('RecoveryPeriodInDays', 35)} days")
    return failed("point-in-time recovery is off")


@check(
    "aws.dynamodb.table.deletion_protected",
    on="aws.dynamodb.table",
    control="resilience.deletion_protection",
    severity=Severity.MEDIUM,
    title="Table is protected from deletion",
    risk="One call, or one careless change of a template, deletes the table.",
    fix="aws dynamodb update-table --table-name {name} --region {region} --deletion-protection-enabled",
)
def deletion_protected(table: Resource) -> Verdict:
    if table["table"].get("DeletionProtectionEnabled"):
        return passed("deletion protection is on")
    return failed("deletion protection is off")


@check(
    "aws.dynamodb.table.customer_key",
    on="aws.dynamodb.table",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Table is encrypted with a key of the customer's own",
    risk="Access to the data cannot be limited, logged or ended by a key of one's own.",
    fix="aws dynamodb update-table --table-name {name} --region {region}"
    " --sse-specification Enabled=true,SSEType=KMS,KMSMasterKeyId=KEY",
)
def customer_key(table: Resource, inventory: Inventory) -> Verdict:
    # Without a description the table is encrypted all the same, with a key that AWS owns.
    return keys.customer_key(table, table["table"].get("SSEDescription", {}).get("KMSMasterKeyArn"), inventory)


@check(
    "aws.dynamodb.table.not_public",
    on="aws.dynamodb.table",
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Table admits nobody unnamed",
    risk="Anybody with an AWS account may read or change the items.",
    fix="aws dynamodb put-resource-policy --resource-arn {id} --policy file://policy.json --region {region}",
    cis=sharing.STRANGERS,
)
def not_public(table: Resource) -> Verdict:
    return sharing.named(table)


@check(
    "aws.dynamodb.table.known_accounts",
    on="aws.dynamodb.table",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Table's policy admits only accounts of the organization",
    risk="An account that nobody here runs may read or change the items.",
    fix="Name only accounts of the organization in the policy, or add a condition on aws:PrincipalOrgID",
    cis=sharing.STRANGERS,
)
def known_accounts(table: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(table, inventory)


@check(
    "aws.account.account.tables_recorded",
    on="aws.account.account",
    service="aws.dynamodb",
    control="logging.data_events",
    severity=Severity.LOW,
    title="A trail records who reads and writes DynamoDB tables",
    risk="After a leak nobody can tell which items were read, and by whom.",
    fix="aws cloudtrail put-event-selectors with data events of AWS::DynamoDB::Table",
)
def tables_recorded(_account: Resource, inventory: Inventory) -> Verdict:
    return use_recorded(inventory, "aws.dynamodb.table", "AWS::DynamoDB::Table", "dynamodb")
