"""Checks on roles of AWS IAM: who may assume them, and what they are used for."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from checks.aws import sharing
from checks.aws.iam_read import administers, demanded, demands, trusted
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

ROLE_QUIET = timedelta(days=90)
ACCOUNT_ID = re.compile(r"\d{12}")
OUTSIDERS_NAMED = {"sts:externalid", "aws:principalorgid", "aws:principalorgpaths"}
# Shared sign-in services tell their customers apart by another claim than the subject.
AUDIENCE_IS_ENOUGH = {
    "cognito-identity.amazonaws.com": "aud",
    "accounts.google.com": "aud",
    "graph.facebook.com": "app_id",
    "www.amazon.com": "app_id",
}
# A subject is pinned when a name stands whole before its first wildcard: "repo:acme/*", not "repo:acme*".
PINNED = re.compile(r"[^*?]+|[\w.-]+:[^*?:/]+[:/].*")
# Services that name the caller's account when they assume a role, so that the role can ask for it. IoT and Personalize
# were looked up in AWS's guides; the others are widely documented to and were not looked up one by one.
TELL_SOURCE = {
    f"{name}.amazonaws.com"
    for name in ("bedrock", "iot", "personalize", "pipes", "scheduler", "ssm", "states", "transfer", "vpc-flow-logs")
}
SOURCE_KEYS = {"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"}


def _is_service_linked(role: Resource) -> bool:
    return str(role["item"]["Path"]).startswith("/aws-service-role/")


@check(
    "aws.iam.role.workload_not_administrator",
    on="aws.iam.role",
    control="access.administrators",
    severity=Severity.HIGH,
    title="No AWS service works with full administration",
    risk="Whoever gets code to run in the instance, function or pipeline holds the account.",
    fix="Replace the policy by one that names the actions that the workload needs",
)
def workload_not_administrator(role: Resource, inventory: Inventory) -> Verdict:
    services = sorted({name for _, names in trusted(role, "Service") for name in names})
    if not services or _is_service_linked(role):
        return skipped("no service of the account's own choosing assumes this role")
    granting = administers(role, inventory)
    if granting:
        return failed(f"{', '.join(services)} holds every right through {granting}")
    return passed("no policy grants every right")


@check(
    "aws.iam.role.not_open_to_world",
    on="aws.iam.role",
    control="access.public_grant",
    severity=Severity.CRITICAL,
    title="Role cannot be assumed by everyone",
    risk="Anybody with an AWS account works with the role's rights.",
    fix="aws iam update-assume-role-policy --role-name {name} --policy-document file://trust.json",
    cis=sharing.STRANGERS,
)
def not_open_to_world(role: Resource) -> Verdict:
    return sharing.admits_the_named(role["item"]["AssumeRolePolicyDocument"], role.account)


def _account_of(principal: str) -> str:
    """Return the account that an AWS principal (an id or an ARN) belongs to; empty when it names none."""
    if ACCOUNT_ID.fullmatch(principal):
        return principal
    parts = principal.split(":")
    return parts[4] if len(parts) > 5 and ACCOUNT_ID.fullmatch(parts[4]) else ""


def _strangers(role: Resource) -> set[str]:
    """Return the other accounts that may assume the role with neither an external id nor an organization asked for."""
    return {
        account
        for statement, principals in trusted(role, "AWS")
        if not demands(statement, OUTSIDERS_NAMED)
        for account in _outsiders(role, statement, principals)
    }


def _outsiders(role: Resource, statement: Mapping[str, Any], principals: list[str]) -> set[str]:
    """Return the other accounts that a statement names, as principals, or in a condition on everybody."""
    asked = demanded(statement) if "*" in principals else {}
    named = [*principals, *asked.get("aws:principalaccount", []), *asked.get("aws:principalarn", [])]
    return {account for each in named if (account := _account_of(each)) and account != role.account}


def _own_accounts(inventory: Inventory) -> set[str]:
    """Return the accounts of the organization, as far as AWS shows them here: all, or the management account."""
    described = [each["organization"] for each in inventory.all("aws.organizations.organization")]
    management = {each["MasterAccountId"] for each in described if each}
    return management | {each["item"]["Id"] for each in inventory.all("aws.organizations.account")}


@check(
    "aws.iam.role.outsiders_named",
    on="aws.iam.role",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Other accounts assume the role only with an external id",
    risk="A service provider that serves many customers can be led to use the role for one of the others.",
    fix="Ask for sts:ExternalId, or for aws:PrincipalOrgID, in the trust policy: aws iam update-assume-role-policy"
    " --role-name {name}",
)
def outsiders_named(role: Resource, inventory: Inventory) -> Verdict:
    if not any(_outsiders(role, statement, names) for statement, names in trusted(role, "AWS")):
        return skipped("no other account may assume the role")
    strangers = _strangers(role)
    if strangers:
        strangers -= _own_accounts(inventory)
    if strangers:
        return failed(f"no external id is asked of {', '.join(sorted(strangers))}")
    return passed("other accounts are the organization's own or asked for an external id")


def _is_pinned(statement: Mapping[str, Any], provider: str) -> bool:
    asked = demanded(statement)
    claim = AUDIENCE_IS_ENOUGH.get(provider)
    audiences = asked.get(f"{provider}:{claim}", [])
    if audiences and not any(set(each) & set("*?") for each in audiences):
        return True
    subjects = asked.get(f"{provider}:sub".lower(), [])
    return bool(subjects) and all(PINNED.fullmatch(each) for each in subjects)


def _provider_name(principal: str) -> str:
    """Return the host and path of an OpenID Connect provider; empty for a SAML provider."""
    if ":saml-provider/" in principal:
        return ""
    return principal.partition(":oidc-provider/")[2] or principal


@check(
    "aws.iam.role.web_identity_pinned",
    on="aws.iam.role",
    control="access.external_trust",
    severity=Severity.HIGH,
    title="Role for outside sign-in names whose token it takes",
    risk="Every customer of the same service, say every repository on GitHub, may assume the role.",
    fix="Ask for the token's subject: StringLike on PROVIDER:sub, with the organization's name whole"
    " (repo:ORGANIZATION/REPOSITORY:*)",
)
def web_identity_pinned(role: Resource) -> Verdict:
    grants = [
        (statement, provider)
        for statement, principals in trusted(role, "Federated")
        for principal in principals
        if (provider := _provider_name(principal))
    ]
    if not grants:
        return skipped("no OpenID Connect provider may assume the role")
    if loose := sorted({provider for statement, provider in grants if not _is_pinned(statement, provider)}):
        return failed(f"the subject of tokens from {', '.join(loose)} is not pinned to a name")
    return passed("the token's subject is pinned")


@check(
    "aws.iam.role.service_source_named",
    on="aws.iam.role",
    control="access.external_trust",
    severity=Severity.LOW,
    title="Role for a service names whose resource it works for",
    risk="The service can be led by another customer to use the role (the confused deputy).",
    fix="Ask for aws:SourceAccount = {account} in the role's trust policy: aws iam update-assume-role-policy"
    " --role-name {name}",
)
def service_source_named(role: Resource) -> Verdict:
    grants = [
        (statement, name)
        for statement, names in trusted(role, "Service")
        for name in names
        if name in TELL_SOURCE and not _is_service_linked(role)
    ]
    if not grants:
        return skipped("no service that tells whose resource it works for may assume the role")
    if loose := sorted({name for statement, name in grants if not demands(statement, SOURCE_KEYS)}):
        return failed(f"{', '.join(loose)} may assume the role for any account")
    return passed("services are asked for the account or resource that they work for")


@check(
    "aws.iam.role.used",
    on="aws.iam.role",
    control="access.unused",
    severity=Severity.LOW,
    title="Role was used within 90 days",
    risk="Nobody notices when a forgotten role is used by somebody else.",
    fix="aws iam delete-role --role-name {name}, after its policies and instance profiles",
)
def used(role: Resource, now: datetime) -> Verdict:
    if str(role["item"]["Path"]).startswith(("/aws-service-role/", "/aws-reserved/")):
        return skipped("AWS made the role and removes it")
    last = time_of((role["item"].get("RoleLastUsed") or {}).get("LastUsedDate"))
    since = last or time_of(role["item"]["CreateDate"])
    if since is None:
        return unknown("AWS does not say when the role was made")
    if now - since >= ROLE_QUIET:
        return failed(f"last used on {day(last)}" if last else f"never used since {day(since)}")
    return passed(f"{'used' if last else 'made'} on {day(since)}", until=since + ROLE_QUIET)
