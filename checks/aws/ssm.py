"""Checks on AWS Systems Manager: documents, parameters, and the settings of a region.

Whether instances are managed and patched is asked of the instances: `ec2_guests.py`.
"""

from __future__ import annotations

from typing import Any

from checks.aws import keys, sharing
from checks.aws.containers import TELLING
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

DOCUMENT, PARAMETER, SETTINGS = "aws.ssm.document", "aws.ssm.parameter", "aws.ssm.settings"
SET = "aws ssm update-service-setting --region {region} --setting-id /ssm/"
PREFERENCES = (
    "aws ssm update-document --name SSM-SessionManagerRunShell --document-version '$LATEST' --content file://preferences.json"
)
EVERYBODY = "all"


# ---- documents -------------------------------------------------------------------------------------------------------


@check(
    f"{DOCUMENT}.not_public",
    on=DOCUMENT,
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Document is shared with nobody unnamed",
    risk="Anybody with an AWS account reads how the machines are run, and what the document gives away.",
    fix="aws ssm modify-document-permission --name {name} --permission-type Share --account-ids-to-remove all",
    cis=sharing.STRANGERS,
)
def not_public(document: Resource) -> Verdict:
    shared = {each.lower() for each in document["shared_with"] or []}
    return failed("shared with everybody") if EVERYBODY in shared else passed("shared with nobody unnamed")


@check(
    f"{DOCUMENT}.known_accounts",
    on=DOCUMENT,
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Document is shared only with accounts of the organization",
    risk="An account that nobody here runs reads the document, and may run it.",
    fix="aws ssm modify-document-permission --name {name} --permission-type Share --account-ids-to-remove ID --region {region}",
    cis=sharing.STRANGERS,
)
def known_accounts(document: Resource, inventory: Inventory) -> Verdict:
    shared = {each.lower() for each in document["shared_with"] or []}
    if EVERYBODY in shared:
        return failed("shared with everybody")
    return sharing.members_only(shared - {document.account}, inventory)


@check(
    f"{DOCUMENT}.without_secrets",
    on=DOCUMENT,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Document holds no secrets",
    risk="Everybody who may read documents reads the secret, in every version that ever was.",
    fix="Keep the secret in Secrets Manager or a SecureString, and replace it: it must be taken for known",
)
def without_secrets(document: Resource) -> Verdict:
    found = document["content"]["$secret"]["detected"]
    return failed(f"holds what looks like {', '.join(found)}") if found else passed("shows no secret")


# ---- parameters ------------------------------------------------------------------------------------------------------


@check(
    f"{PARAMETER}.secret_encrypted",
    on=PARAMETER,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Parameter that is named like a secret is encrypted",
    risk="Everybody who may read parameters reads the secret: no key is needed besides.",
    fix="aws ssm put-parameter --name {name} --type SecureString --overwrite --value NEW --region {region}",
)
def secret_encrypted(parameter: Resource) -> Verdict:
    item = parameter["item"]
    if item["Type"] == "SecureString":
        return passed("a SecureString")
    if TELLING.fullmatch(parameter.name.rpartition("/")[2]):
        return failed(f"a {item['Type']} that is named like a secret")
    return skipped(f"a {item['Type']} that is not named like a secret")


@check(
    f"{PARAMETER}.value_without_secrets",
    on=PARAMETER,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Parameter that is kept in the clear holds no secret",
    risk="Everybody who may read parameters reads the secret: no key is needed besides.",
    fix="aws ssm put-parameter --name {name} --type SecureString --overwrite --value NEW --region {region}, and replace the"
    " secret: it must be taken for known",
)
def value_without_secrets(parameter: Resource) -> Verdict:
    value = parameter["value"]
    if parameter["item"]["Type"] == "SecureString":
        return skipped("a SecureString")
    if value is None:
        return unknown("AWS did not tell its value")
    found = value["Value"]["$secret"]["detected"]
    return failed(f"it holds what looks like {', '.join(found)}") if found else passed("its value does not look like a secret")


@check(
    f"{PARAMETER}.customer_key",
    on=PARAMETER,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Encrypted parameter has a key of the customer's own",
    risk="Whoever may read parameters reads the secret: no key of one's own limits, logs or ends that.",
    fix="aws ssm put-parameter --name {name} --type SecureString --key-id KEY --overwrite --value VALUE --region {region}",
)
def customer_key(parameter: Resource, inventory: Inventory) -> Verdict:
    item = parameter["item"]
    if item["Type"] != "SecureString":
        return skipped(f"a {item['Type']}")
    return keys.customer_key(parameter, item.get("KeyId"), inventory)


# ---- settings of the region ------------------------------------------------------------------------------------------


@check(
    f"{SETTINGS}.public_sharing_blocked",
    on=SETTINGS,
    control="data.public_exposure",
    severity=Severity.MEDIUM,
    title="Documents cannot be shared with everybody",
    risk="One mistaken call opens a document to the world.",
    fix=f"{SET}documents/console/public-sharing-permission --setting-value Disable",
)
def public_sharing_blocked(settings: Resource) -> Verdict:
    said = settings["public_sharing"]
    return passed("public sharing is blocked") if said == "Disable" else failed(f"public sharing: {said or 'never set'}")


@check(
    f"{SETTINGS}.automation_logged",
    on=SETTINGS,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Output of scripts in automations is logged",
    risk="Nobody can tell what a runbook's script did to the account.",
    fix=f"{SET}automation/customer-script-log-destination --setting-value CloudWatch",
)
def automation_logged(settings: Resource) -> Verdict:
    said = settings["automation_log"]
    return passed("output goes to CloudWatch Logs") if said == "CloudWatch" else failed("output is kept nowhere")


def _sessions(settings: Resource) -> dict[str, Any]:
    return (settings["sessions"] or {}).get("inputs") or {}


@check(
    f"{SETTINGS}.sessions_logged",
    on=SETTINGS,
    control="logging.audit_trail",
    severity=Severity.MEDIUM,
    title="What is typed in sessions on machines is logged",
    risk="Whoever opens a shell through Session Manager leaves no trace of what was done there.",
    fix=f"{PREFERENCES} --region {{region}}, with cloudWatchLogGroupName or s3BucketName",
)
def sessions_logged(settings: Resource, inventory: Inventory) -> Verdict:
    preferences = _sessions(settings)
    stores = [preferences[name] for name in ("cloudWatchLogGroupName", "s3BucketName") if preferences.get(name)]
    if stores:
        return passed(f"sessions are kept in {', '.join(stores)}")
    if not any(True for _ in inventory.all("aws.ec2.instance", region=settings.region)):
        return skipped("no machines in the region")
    return failed("sessions are kept nowhere")


@check(
    f"{SETTINGS}.sessions_encrypted",
    on=SETTINGS,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Sessions on machines are encrypted with the customer's own key",
    risk="Sessions travel over TLS alone: no key of one's own limits who may look at what is typed.",
    fix=f"{PREFERENCES} --region {{region}}, with kmsKeyId",
)
def sessions_encrypted(settings: Resource, inventory: Inventory) -> Verdict:
    preferences = _sessions(settings)
    if not preferences.get("kmsKeyId") and not any(True for _ in inventory.all("aws.ec2.instance", region=settings.region)):
        return skipped("no machines in the region")
    return keys.customer_key(settings, preferences.get("kmsKeyId"), inventory)
