"""Checks on layers of AWS Lambda, by the policy of their newest version."""

from checks.aws import sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict


@check(
    "aws.lambda.layer.not_public",
    on="aws.lambda.layer",
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Layer cannot be downloaded by everybody",
    risk="Anybody with an AWS account reads the code, and what was left in it.",
    fix="aws lambda remove-layer-version-permission --layer-name {name} --version-number VERSION --statement-id SID"
    " --region {region}",
    cis=sharing.STRANGERS,
)
def not_public(layer: Resource) -> Verdict:
    return sharing.named(layer)


@check(
    "aws.lambda.layer.known_accounts",
    on="aws.lambda.layer",
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Layer is shared within the organization only",
    risk="An account that nobody here runs reads the code, and what was left in it.",
    fix="aws lambda remove-layer-version-permission --layer-name {name} --version-number VERSION --statement-id SID"
    " --region {region}",
    cis=sharing.STRANGERS,
)
def known_accounts(layer: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(layer, inventory)
