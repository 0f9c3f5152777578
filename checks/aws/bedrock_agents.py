"""Checks on agents of Amazon Bedrock, and on what they know: knowledge bases and their sources."""

from __future__ import annotations

from checks.aws import containers, keys
from checks.aws.redshift import limited
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, unknown

SERVICE = "aws.bedrock"
AGENT, BASE, SOURCE = f"{SERVICE}.agent", f"{SERVICE}.knowledge_base", f"{SERVICE}.data_source"
SETTINGS = f"{SERVICE}.settings"
UPDATE = "aws bedrock-agent update-agent --agent-id ID --region {region} with "
EVERY_MODEL = "ALL"


@check(
    f"{AGENT}.guarded",
    on=AGENT,
    control="application.web_protection",
    severity=Severity.MEDIUM,
    title="Agent answers behind a guardrail",
    risk="Whoever talks to the agent, or writes what it reads, makes it say and do what it should not.",
    fix=UPDATE + "guardrailConfiguration, then aws bedrock-agent prepare-agent",
)
def guarded(agent: Resource, inventory: Inventory) -> Verdict:
    named = (agent["agent"].get("guardrailConfiguration") or {}).get("guardrailIdentifier")
    if named:
        return passed(f"the guardrail {named} is attached")
    found = [each for settings in inventory.all(SETTINGS, region=agent.region) for each in settings["enforced"] or []]
    if any(_for_all(each.get("modelEnforcement")) for each in found):
        return passed("the account enforces a guardrail on every call")
    return unknown("the account enforces a guardrail on some models") if found else failed("no guardrail is attached")


def _for_all(enforcement: dict[str, list[str]] | None) -> bool:
    told = enforcement or {}
    return not told.get("excludedModels") and set(told.get("includedModels") or [EVERY_MODEL]) == {EVERY_MODEL}


@check(
    f"{AGENT}.role_limited",
    on=AGENT,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Agent works with a role that does not hold every right",
    risk="Whoever talks the agent into it holds the account.",
    fix=UPDATE + "agentResourceRoleArn of a role that names the model, the tools and the bases that the agent needs",
)
def role_limited(agent: Resource, inventory: Inventory) -> Verdict:
    role = agent["agent"].get("agentResourceRoleArn")
    return limited([role] if role else [], inventory)


@check(
    f"{AGENT}.customer_key",
    on=AGENT,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Agent is encrypted with the customer's own key",
    risk="Access to instructions and conversations cannot be limited, logged or ended by a key of one's own.",
    fix=UPDATE + "customerEncryptionKeyArn",
)
def customer_key(agent: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(agent, agent["agent"].get("customerEncryptionKeyArn"), inventory)


@check(
    f"{AGENT}.without_secrets",
    on=AGENT,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Instructions of the agent hold no secrets",
    risk="Whoever talks to the agent can have it recite what it was told, secrets and all.",
    fix="Keep the secret in Secrets Manager, let the agent's tools read it with their role, and replace it",
)
def without_secrets(agent: Resource) -> Verdict:
    hidden = agent["agent"].get("instruction")
    return containers.without_secrets([("instruction", hidden)] if hidden else [], "instruction(s)")


@check(
    f"{BASE}.base_role_limited",
    on=BASE,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Knowledge base works with a role that does not hold every right",
    risk="A slip in its sources, and whatever lies in the account is read to whoever asks.",
    fix="aws bedrock-agent update-knowledge-base --region {region} with a role that names its buckets and its store",
)
def base_role_limited(base: Resource, inventory: Inventory) -> Verdict:
    role = base["base"].get("roleArn")
    return limited([role] if role else [], inventory)


@check(
    f"{SOURCE}.source_key",
    on=SOURCE,
    control="encryption.customer_keys",
    severity=Severity.MEDIUM,
    title="Data source is encrypted with the customer's own key",
    risk="Access to what is kept while documents are taken in cannot be limited, logged or ended by a key of one's own.",
    fix="aws bedrock-agent update-data-source --region {region} with serverSideEncryptionConfiguration={kmsKeyArn=KEY}",
)
def source_key(source: Resource, inventory: Inventory) -> Verdict:
    told = source["source"].get("serverSideEncryptionConfiguration") or {}
    return keys.customer_key(source, told.get("kmsKeyArn"), inventory)
