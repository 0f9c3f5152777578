"""Checks on who may call functions of AWS Lambda, and what functions may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.aws import sharing
from checks.aws.iam_read import administers
from checks.kinds import Kind, each
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

FUNCTION = "aws.lambda.function"
REMOVE = "aws lambda remove-permission --function-name {id} --statement-id SID --region {region}"
CALLED = (Kind(FUNCTION, "Function", REMOVE), Kind("aws.lambda.alias", "Alias", REMOVE))
# Conditions under which a statement is about calls to a function's URL, that asks for no sign-in, and no others.
BY_URL = {"lambda:functionurlauthtype": "none", "lambda:invokedviafunctionurl": "true"}
ANY_SITE = "*"


def _direct(document: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return *document* without what it allows only by a URL that asks for no sign-in: those are judged by themselves."""
    if document is None:
        return None
    return {"Statement": [each for each in sharing.statements(document) if not _only_by_url(each)]}


def _only_by_url(statement: Mapping[str, Any]) -> bool:
    tests = [pair for asked in (statement.get("Condition") or {}).values() for pair in asked.items()]
    said = {key.lower(): [str(value).lower() for value in sharing.strings(values)] for key, values in tests}
    return statement["Effect"] == "Allow" and any(said.get(key) == [value] for key, value in BY_URL.items())


# ---- who may call ----------------------------------------------------------------------------------------------------


@each(
    CALLED,
    "not_public",
    control="access.public_grant",
    severity=Severity.CRITICAL,
    title="NOUN admits nobody unnamed",
    risk="Anybody with an AWS account may run the code, with data of their own, and with the rights of its role.",
    fix="MODIFY",
    cis=sharing.STRANGERS,
)
def not_public(called: Resource) -> Verdict:
    return sharing.admits_the_named(_direct(called["policy"]), called.account)


@each(
    CALLED,
    "known_accounts",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="NOUN admits only accounts of the organization",
    risk="An account that nobody here runs may run the code, with the rights of its role.",
    fix="MODIFY; then aws lambda add-permission with --principal-org-id or an account of the organization",
    cis=sharing.STRANGERS,
)
def known_accounts(called: Resource, inventory: Inventory) -> Verdict:
    return sharing.admits_the_known(_direct(called["policy"]), called.account, inventory)


@each(
    CALLED,
    "services_bound",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="NOUN is called by AWS services for this account only",
    risk="Anybody can make the admitted service run the code, from an account of their own.",
    fix="MODIFY; then aws lambda add-permission with --source-account {account} or --source-arn ARN",
)
def services_bound(called: Resource, inventory: Inventory) -> Verdict:
    return sharing.services_bound(called, inventory)


@check(
    "aws.lambda.function.url_authenticated",
    on=FUNCTION,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Function's URL asks its callers to sign in",
    risk="Anybody on the internet may run the code, as often as they like, without being known.",
    fix="aws lambda update-function-url-config --function-name {name} --auth-type AWS_IAM --region {region}",
)
def url_authenticated(function: Resource) -> Verdict:
    urls = function["urls"] or []
    if not urls:
        return skipped("the function has no URL")
    for url in urls:
        if url["AuthType"] == "NONE":
            return failed(f"{url['FunctionUrl']} asks for no sign-in")
    return passed(f"{len(urls)} URL(s), for signed-in callers")


@check(
    "aws.lambda.function.url_sites_named",
    on=FUNCTION,
    control="application.exposure",
    severity=Severity.LOW,
    title="Function's URL names the web sites that may use it",
    risk="Every web site can call the function from the browsers of whoever visits it, and read the answers.",
    fix="aws lambda update-function-url-config --function-name {name} --cors AllowOrigins=https://SITE --region {region}",
)
def url_sites_named(function: Resource) -> Verdict:
    urls = function["urls"] or []
    if not urls:
        return skipped("the function has no URL")
    for url in urls:
        if ANY_SITE in ((url.get("Cors") or {}).get("AllowOrigins") or []):
            return failed(f"{url['FunctionUrl']} may be used by every web site")
    return passed("no web site unnamed may use it")


# ---- what functions may do -------------------------------------------------------------------------------------------


@check(
    "aws.lambda.function.role_limited",
    on=FUNCTION,
    control="access.administrators",
    severity=Severity.HIGH,
    title="Function's role does not hold every right",
    risk="Whoever finds a hole in the code, or changes it, holds the account.",
    fix="Replace the policies of the role by one that names the actions that the function needs",
)
def role_limited(function: Resource, inventory: Inventory) -> Verdict:
    arn = function["item"]["Role"]
    role = inventory.get("aws.iam.role", arn)
    if role is None:
        return unknown(f"the role {arn} was not found")
    if granting := administers(role, inventory):
        return failed(f"{role.name} holds every right through {granting}")
    return passed(f"{role.name} does not hold every right")


@check(
    "aws.lambda.function.role_of_its_own",
    on=FUNCTION,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Function has a role of its own",
    risk="Each function may do what any of them needs, so that a hole in one is a hole in all.",
    fix="aws lambda update-function-configuration --function-name {name} --role ROLE --region {region}",
)
def role_of_its_own(function: Resource, inventory: Inventory) -> Verdict:
    sharers = inventory.where(FUNCTION, "item.Role", function["item"]["Role"])
    others = sorted(other.name for other in sharers if other.id != function.id)
    if others:
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        return failed(f"shared with {', '.join(others[:3])}{more}")
    return passed("no other function has the role")
