"""Checks on Amazon Bedrock: own models, and keys of its API. Guardrails and logs: `bedrock_guardrails.py`."""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.aws import keys, sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

SERVICE = "aws.bedrock"
MODEL, KEY = f"{SERVICE}.custom_model", f"{SERVICE}.api_key"
LONGEST = timedelta(days=90)


@check(
    f"{MODEL}.model_key",
    on=MODEL,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Custom model is encrypted with the customer's own key",
    risk="Access to the model, and to what it learnt, cannot be limited, logged or ended by a key of one's own.",
    fix="Customize anew with customModelKmsKeyId; the key cannot be changed later",
)
def model_key(model: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(model, model["model"].get("modelKmsKeyArn"), inventory)


@check(
    f"{MODEL}.not_public",
    on=MODEL,
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Custom model is not open to everyone",
    risk="Anybody uses or copies the model, and what it learnt with it.",
    fix="aws bedrock put-resource-policy --resource-arn {id} --region {region} with named accounts",
    cis=sharing.STRANGERS,
)
def not_public(model: Resource) -> Verdict:
    return sharing.named(model)


@check(
    f"{MODEL}.known_accounts",
    on=MODEL,
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Custom model is shared within the organization only",
    risk="An account that nobody here runs uses or copies the model, and what it learnt with it.",
    fix="aws bedrock put-resource-policy --resource-arn {id} --region {region} with accounts of the organization",
    cis=sharing.STRANGERS,
)
def known_accounts(model: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(model, inventory)


@check(
    f"{KEY}.short_lived",
    on=KEY,
    control="identity.credential_age",
    severity=Severity.HIGH,
    title="Key of Bedrock's API ends within 90 days of its making",
    risk="Whoever finds the key asks models at the account's expense, for as long as nobody thinks of it.",
    fix="aws iam delete-service-specific-credential --user-name {name} --service-specific-credential-id {id};"
    " applications use a role, people short-term keys",
)
def short_lived(key: Resource) -> Verdict:
    item = key["item"]
    if item["Status"] != "Active":
        return skipped(f"the key is {item['Status'].lower()}")
    ends = item.get("ExpirationDate")
    if not ends:
        return failed("the key never ends")
    life = datetime.fromisoformat(ends) - datetime.fromisoformat(item["CreateDate"])
    return (passed if life <= LONGEST else failed)(f"made for {life.days} days")
