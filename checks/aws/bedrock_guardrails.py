"""Checks on guardrails of Amazon Bedrock, and on what a region logs of the calls to its models."""

from __future__ import annotations

from checks.aws import keys, sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

SERVICE = "aws.bedrock"
GUARDRAIL, SETTINGS = f"{SERVICE}.guardrail", f"{SERVICE}.settings"
UPDATE = "aws bedrock update-guardrail --guardrail-identifier {id} --region {region} with "
INJECTION = "PROMPT_ATTACK"
WEAK = ("NONE", "LOW")


@check(
    f"{SETTINGS}.invocations_logged",
    on=SETTINGS,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Calls to models are logged with what was asked and answered",
    risk="When a stolen key asks models at the account's expense, nobody can tell what was asked, or what leaked.",
    fix="aws bedrock put-model-invocation-logging-configuration --region {region} --logging-config file://logging.json",
)
def invocations_logged(settings: Resource) -> Verdict:
    told = settings["logging"] or {}
    places = [name for name in ("cloudWatchConfig", "s3Config") if told.get(name)]
    if not places:
        return failed("calls to models are not logged")
    # Not verified: that texts are delivered where nothing is said of them.
    return passed(f"logged by {', '.join(places)}") if told.get("textDataDeliveryEnabled", True) else failed("without texts")


@check(
    f"{GUARDRAIL}.injection_blocked",
    on=GUARDRAIL,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Guardrail blocks attempts to overturn instructions",
    risk="Whoever talks to the model makes it forget what it was told, and say or do what it should not.",
    fix=UPDATE + "a content filter PROMPT_ATTACK of medium or high strength that blocks",
)
def injection_blocked(guardrail: Resource) -> Verdict:
    filters = (guardrail["guardrail"].get("contentPolicy") or {}).get("filters") or []
    for each in filters:
        if each.get("type") == INJECTION:
            strength, action = each.get("inputStrength", "NONE"), each.get("inputAction", "BLOCK")
            good = strength not in WEAK and action == "BLOCK" and each.get("inputEnabled", True)
            on = "on" if each.get("inputEnabled", True) else "off"
            return (passed if good else failed)(f"the filter is {on}, of strength {strength}, and its action is {action}")
    return failed("there is no filter")


@check(
    f"{GUARDRAIL}.sensitive_data_held_back",
    on=GUARDRAIL,
    control="data.classification",
    severity=Severity.LOW,
    title="Guardrail knows data of people when it sees them",
    risk="Names, numbers and keys that the model read somewhere are told to whoever asks.",
    fix=UPDATE + "a sensitive information policy that blocks or masks what is due",
)
def sensitive_data_held_back(guardrail: Resource) -> Verdict:
    told = guardrail["guardrail"].get("sensitiveInformationPolicy") or {}
    found = [*(told.get("piiEntities") or []), *(told.get("regexes") or [])]
    acting = [each for each in found if each.get("outputEnabled", True) and _action(each) != "NONE"]
    return passed(f"{len(acting)} kind(s) held back") if acting else failed("nothing is held back")


def _action(entity: dict[str, str]) -> str:
    """Return what is done to answers; older answers of AWS name one action for both ways."""
    return entity.get("outputAction") or entity.get("action") or "NONE"


@check(
    f"{GUARDRAIL}.customer_key",
    on=GUARDRAIL,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Guardrail is encrypted with the customer's own key",
    risk="Access to what is watched for cannot be limited, logged or ended by a key of one's own.",
    fix=UPDATE + "--kms-key-id KEY",
)
def customer_key(guardrail: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(guardrail, guardrail["guardrail"].get("kmsKeyArn"), inventory)


@check(
    f"{GUARDRAIL}.named_principals",
    on=GUARDRAIL,
    control="access.public_grant",
    severity=Severity.MEDIUM,
    title="Guardrail is not open to everyone",
    risk="Anybody finds out, at the account's expense, what the guardrail lets through.",
    fix="aws bedrock put-resource-policy --resource-arn {id} --region {region} with named principals",
    cis=sharing.STRANGERS,
)
def named_principals(guardrail: Resource) -> Verdict:
    return sharing.named(guardrail)


@check(
    f"{GUARDRAIL}.known_accounts",
    on=GUARDRAIL,
    control="access.external_trust",
    severity=Severity.LOW,
    title="Guardrail is used within the organization only",
    risk="An account that nobody here runs finds out what the guardrail lets through.",
    fix="aws bedrock put-resource-policy --resource-arn {id} --region {region} with accounts of the organization",
    cis=sharing.STRANGERS,
)
def known_accounts(guardrail: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(guardrail, inventory)
