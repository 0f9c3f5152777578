"""Checks on who runs the detectors for an account: administrators of the organization, in an account made for it.

An account has one administrator a region at most, and finds it out by itself; whether that is a stranger, only the
management account can tell. Who administers a service for the whole organization, only that account knows.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks.aws import sharing
from checks.aws.organizations import not_due
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped


@dataclass(frozen=True, slots=True)
class Administered:
    """A detector that an administrator runs for others. ``account``: the administrator's field in the fact."""

    service: str
    name: str
    kind: str
    account: str


ADMINISTERED = (
    Administered("aws.guardduty", "GuardDuty", "aws.guardduty.detector", "AccountId"),
    Administered("aws.macie", "Macie", "aws.macie.session", "accountId"),
    Administered("aws.securityhub", "Security Hub", "aws.securityhub.hub", "AccountId"),
)


def _judge(administered: Administered, account: Resource, inventory: Inventory) -> Verdict:
    found = [each["administrator"] for each in inventory.all(administered.kind)]
    administrators = {each[administered.account] for each in found if each and each.get(administered.account)}
    if not administrators - {account.account}:
        return passed("no other account administers it")
    return sharing.members_only(administrators - {account.account}, inventory)


def _known(administered: Administered) -> Check:
    noun = administered.service.partition(".")[2]

    @check(
        f"aws.account.account.{noun}_administrator_known",
        on="aws.account.account",
        service=administered.service,
        control="access.external_trust",
        severity=Severity.MEDIUM,
        title=f"{administered.name} is administered within the organization only",
        risk="A stranger reads every finding about the account, and may archive it or switch the detector off.",
        fix=f"Disassociate the account from its administrator in each region, in {administered.name}'s own settings",
    )
    def judge(account: Resource, inventory: Inventory) -> Verdict:
        return _judge(administered, account, inventory)

    return judge


KNOWN = tuple(_known(each) for each in ADMINISTERED)


@dataclass(frozen=True, slots=True)
class Delegated:
    """A service that works in all accounts of an organization, as Organizations names it."""

    service: str
    name: str
    principal: str


# Source: Organizations user guide, "AWS services that you can use with AWS Organizations".
DELEGATED = (
    Delegated("aws.accessanalyzer", "Access Analyzer", "access-analyzer.amazonaws.com"),
    Delegated("aws.inspector", "Inspector", "inspector2.amazonaws.com"),
    Delegated("aws.macie", "Macie", "macie.amazonaws.com"),
    Delegated("aws.securityhub", "Security Hub", "securityhub.amazonaws.com"),
)


def _delegated(delegated: Delegated) -> Check:
    noun = delegated.service.partition(".")[2]

    @check(
        f"aws.organizations.organization.{noun}_delegated",
        on="aws.organizations.organization",
        service=delegated.service,
        control="governance.delegation",
        severity=Severity.LOW,
        title=f"{delegated.name} is administered outside the management account",
        risk="Whoever reads the findings of all accounts must sign in to the one that stands above every guardrail.",
        fix="aws organizations register-delegated-administrator --account-id ID --service-principal"
        f" {delegated.principal}, or the call that the service has for it",
    )
    def judge(organization: Resource, inventory: Inventory) -> Verdict:
        if verdict := not_due(organization):
            return verdict
        for each in inventory.all("aws.organizations.delegated_administrator"):
            if any(served["ServicePrincipal"] == delegated.principal for served in each["services"] or []):
                return passed(f"delegated to {each['item']['Id']}")
        if delegated.principal not in {each["ServicePrincipal"] for each in organization["service_access"] or []}:
            return skipped(f"{delegated.name} does not work for the organization")
        return failed(f"{delegated.name} works for the organization, and no account is its delegated administrator")

    return judge


DELEGATES = tuple(_delegated(each) for each in DELEGATED)
