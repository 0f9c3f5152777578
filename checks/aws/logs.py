"""Checks on Amazon CloudWatch Logs and on the alarms of CloudWatch."""

import json

from checks.aws import keys, policy, sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

LEAST_DAYS = 365
DELIVERY = "DELIVERY"  # a class of log groups that keeps events for two days by itself


@check(
    "aws.logs.log_group.kept_a_year",
    on="aws.logs.log_group",
    control="logging.retention",
    severity=Severity.LOW,
    title="Log group keeps its records for a year",
    risk="A break-in is often noticed after months; the records of its beginning are gone by then.",
    fix="aws logs put-retention-policy --log-group-name {name} --retention-in-days 365 --region {region}",
)
def kept_a_year(group: Resource) -> Verdict:
    if group["item"].get("logGroupClass") == DELIVERY:
        return skipped("the group only passes records on")
    days = group["item"].get("retentionInDays")
    if days is None:
        return passed("records are kept without end")
    return (passed if days >= LEAST_DAYS else failed)(f"records are kept for {days} days")


@check(
    "aws.logs.log_group.ends",
    on="aws.logs.log_group",
    control="data.retention",
    severity=Severity.LOW,
    title="Log group does not keep its records for ever",
    risk="What people and programs wrote by mistake, names and secrets among it, is never deleted.",
    fix="aws logs put-retention-policy --log-group-name {name} --retention-in-days 365 --region {region}",
)
def ends(group: Resource) -> Verdict:
    days = group["item"].get("retentionInDays")
    if days or group["item"].get("logGroupClass") == DELIVERY:
        return passed(f"records are deleted after {days or 2} days")
    return failed("records are kept without end")


# Source: CloudWatch Logs user guide, "Setting up bearer token authentication".
@check(
    "aws.logs.log_group.without_tokens",
    on="aws.logs.log_group",
    control="identity.workload_identity",
    severity=Severity.LOW,
    title="Log group takes records from signed callers only",
    risk="A token that is good for years, and lies in some forwarder's settings, is enough to write false records.",
    fix="aws logs put-bearer-token-authentication --log-group-identifier {name} --no-bearer-token-authentication-enabled"
    " --region {region}, and delete the users' credentials for logs.amazonaws.com",
)
def without_tokens(group: Resource) -> Verdict:
    if group["item"].get("bearerTokenAuthenticationEnabled"):
        return failed("bearer tokens are accepted")
    return passed("bearer tokens are not accepted")


@check(
    "aws.logs.log_group.customer_key",
    on="aws.logs.log_group",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Log group is encrypted with the customer's own key",
    risk="Who may read the records cannot be limited, or ended, by a key of one's own.",
    fix="aws logs associate-kms-key --log-group-name {name} --kms-key-id KEY --region {region}",
)
def customer_key(group: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(group, group["item"].get("kmsKeyId"), inventory)


@check(
    "aws.logs.log_group.sensitive_data_masked",
    on="aws.logs.log_group",
    control="data.classification",
    severity=Severity.INFORMATIONAL,
    title="Log group masks sensitive data",
    risk="Card numbers, keys and addresses stand readable in the records.",
    fix="aws logs put-data-protection-policy --log-group-identifier {name} --policy-document file://policy.json",
)
def sensitive_data_masked(group: Resource) -> Verdict:
    item = group["item"]
    if item.get("dataProtectionStatus") == "ACTIVATED" or "ACCOUNT_DATA_PROTECTION" in item.get("inheritedProperties", []):
        return passed("a data protection policy holds")
    return failed("no data protection policy holds")


@check(
    "aws.logs.log_group.delete_protected",
    on="aws.logs.log_group",
    control="resilience.deletion_protection",
    severity=Severity.LOW,
    title="Log group of a trail or of flows cannot be deleted in one step",
    risk="One call deletes the records of what was done.",
    fix="aws logs put-log-group-deletion-protection --log-group-identifier {name} --deletion-protection-enabled",
)
def delete_protected(group: Resource, inventory: Inventory) -> Verdict:
    trails = inventory.where("aws.cloudtrail.trail", "item.CloudWatchLogsLogGroupArn", f"{group.id}:*")
    flows = inventory.where("aws.vpc.flow_log", "item.LogGroupName", group.name, region=group.region)
    if not any(trails) and not any(flows):
        return skipped("no trail and no flow log delivers to the group")
    if group["item"].get("deletionProtectionEnabled"):
        return passed("deletion protection is on")
    return failed("deletion protection is off")


@check(
    "aws.logs.resource_policy.not_public",
    on="aws.logs.resource_policy",
    control="access.public_grant",
    severity=Severity.HIGH,
    title="Log groups admit nobody unnamed",
    risk="Anybody may write false records into the account's logs.",
    fix="aws logs put-resource-policy --policy-name {name} --policy-document file://policy.json --region {region}",
    cis=sharing.STRANGERS,
)
def not_public(written: Resource) -> Verdict:
    return sharing.admits_the_named(json.loads(written["item"]["policyDocument"]), written.account)


@check(
    "aws.logs.resource_policy.sources_named",
    on="aws.logs.resource_policy",
    control="access.external_trust",
    severity=Severity.LOW,
    title="Services write logs for named accounts only",
    risk="A service can be led by another customer to write into the account's logs (the confused deputy).",
    fix="Ask for aws:SourceAccount = {account} in the policy: aws logs put-resource-policy --policy-name {name}",
)
def sources_named(written: Resource, inventory: Inventory) -> Verdict:
    document = json.loads(written["item"]["policyDocument"])
    by_services = sharing.binds_services(document, written.account, inventory)
    if by_services.outcome != "pass":
        return by_services
    reach = policy.reach(document, account=written.account)
    if reach.level > policy.Level.ACCOUNT:
        return failed(f"statement {reach.statement} admits {', '.join(reach.principals)} for other accounts")
    return passed("the policy admits callers of this account only")


@check(
    "aws.cloudwatch.alarm.tells_somebody",
    on="aws.cloudwatch.alarm",
    control="detection.alarms",
    severity=Severity.LOW,
    title="Alarm tells somebody",
    risk="The alarm goes off, and nobody hears it.",
    fix="aws cloudwatch put-metric-alarm --alarm-name {name} --alarm-actions TOPIC with the other settings repeated",
)
def tells_somebody(alarm: Resource) -> Verdict:
    actions = alarm["item"].get("AlarmActions") or []
    if not actions:
        return failed("the alarm has no actions")
    if not alarm["item"].get("ActionsEnabled"):
        return failed("the alarm's actions are off")
    return passed(f"{len(actions)} action(s)")
