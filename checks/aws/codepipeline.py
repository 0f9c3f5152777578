"""Checks on AWS CodePipeline: pipelines and the webhooks that start them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws import keys
from checks.verdicts import worst
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

PIPELINE, WEBHOOK = "aws.codepipeline.pipeline", "aws.codepipeline.webhook"
UPDATE = "aws codepipeline update-pipeline --cli-input-json file://pipeline.json --region {region}"

Item = Mapping[str, Any]


def _actions(pipeline: Resource) -> Iterator[Item]:
    for stage in pipeline["pipeline"].get("stages") or []:
        yield from stage.get("actions") or []


@check(
    f"{PIPELINE}.customer_key",
    on=PIPELINE,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Artifacts are encrypted with the customer's own key",
    risk="Access to what is built and deployed cannot be limited, logged or ended by a key of one's own.",
    fix=f"Set encryptionKey in each artifact store; then {UPDATE}",
)
def customer_key(pipeline: Resource, inventory: Inventory) -> Verdict:
    row = pipeline["pipeline"]
    stores = [row["artifactStore"]] if row.get("artifactStore") else list((row.get("artifactStores") or {}).values())
    if not stores:
        return skipped("no artifact stores")
    return worst(keys.customer_key(pipeline, (each.get("encryptionKey") or {}).get("id"), inventory) for each in stores)


@check(
    f"{PIPELINE}.no_stored_token",
    on=PIPELINE,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Pipeline signs in to its source without a token of its own",
    risk="A token that a person made lies in the pipeline, and reads all of that person's sources.",
    fix=f"Make the source CodeStarSourceConnection, and revoke the token; then {UPDATE}",
)
def no_stored_token(pipeline: Resource) -> Verdict:
    found = [each["name"] for each in _actions(pipeline) if "OAuthToken" in (each.get("configuration") or {})]
    return failed(f"a token in {', '.join(sorted(found))}") if found else passed("no action holds a token")


@check(
    f"{PIPELINE}.actions_have_roles",
    on=PIPELINE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Actions that deploy work with roles of their own",
    risk="One role may do what all stages need together, whichever of them was broken into.",
    fix=f"Set roleArn in each action that deploys; then {UPDATE}",
)
def actions_have_roles(pipeline: Resource) -> Verdict:
    deploying = [each for each in _actions(pipeline) if each["actionTypeId"]["category"] == "Deploy"]
    if not deploying:
        return skipped("nothing is deployed")
    bare = sorted(each["name"] for each in deploying if not each.get("roleArn"))
    return failed(f"with the pipeline's role: {', '.join(bare)}") if bare else passed("each has a role of its own")


@check(
    f"{PIPELINE}.deployment_approved",
    on=PIPELINE,
    control="application.exposure",
    severity=Severity.LOW,
    title="Somebody approves what is deployed",
    risk="Whoever gets a change into the source gets it into production, before anybody looked.",
    fix=f"Add an action of the category Approval before the first that deploys; then {UPDATE}",
)
def deployment_approved(pipeline: Resource) -> Verdict:
    for each in _actions(pipeline):
        category = each["actionTypeId"]["category"]
        if category == "Approval":
            return passed(f"{each['name']} asks for approval first")
        if category == "Deploy":
            return failed(f"{each['name']} deploys without anybody's approval")
    return skipped("nothing is deployed")


@check(
    f"{PIPELINE}.failure_taken_back",
    on=PIPELINE,
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="A deployment that fails is taken back or tried again",
    risk="What was deployed halfway stays, until somebody notices.",
    fix=f"Set onFailure of the stage to ROLLBACK or RETRY, in a pipeline of type V2; then {UPDATE}",
)
def failure_taken_back(pipeline: Resource) -> Verdict:
    stages = pipeline["pipeline"].get("stages") or []
    deploying = [each for each in stages if any(_deploys(action) for action in each.get("actions") or [])]
    if not deploying:
        return skipped("nothing is deployed")
    bare = sorted(
        each["name"] for each in deploying if (each.get("onFailure") or {}).get("result") not in ("ROLLBACK", "RETRY")
    )
    return failed(f"left as it is: {', '.join(bare)}") if bare else passed("failures are taken back, or tried again")


def _deploys(action: Item) -> bool:
    return bool(action["actionTypeId"]["category"] == "Deploy")


@check(
    f"{WEBHOOK}.caller_proven",
    on=WEBHOOK,
    control="application.exposure",
    severity=Severity.HIGH,
    title="Webhook asks its caller to prove who it is",
    risk="Anybody who learns the address starts deployments.",
    fix="aws codepipeline put-webhook --cli-input-json file://webhook.json --region {region}, with GITHUB_HMAC",
)
def caller_proven(webhook: Resource) -> Verdict:
    definition = webhook["item"]["definition"]
    kind = definition["authentication"]
    if kind == "IP":
        allowed = (definition.get("authenticationConfiguration") or {}).get("AllowedIPRange", "")
        return failed(f"takes calls from {allowed or 'anywhere'}") if allowed in ("", "0.0.0.0/0", "::/0") else passed(allowed)
    return (failed if kind == "UNAUTHENTICATED" else passed)(f"authentication is {kind}")
