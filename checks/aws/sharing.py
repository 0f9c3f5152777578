"""What a resource policy means for its resource: the same two verdicts on every service that has such policies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from checks.aws import policy
from scanner.model import Inventory, Resource, Verdict, failed, passed, unknown

ACCOUNT_ID = re.compile(r"(?<!\d)\d{12}(?!\d)")
STRANGERS = ("v7:2.21",)  # the control that asks this of every resource policy

Document = Mapping[str, Any] | None


def admits_the_named(document: Document, account: str) -> Verdict:
    """Pass unless the policy admits everyone."""
    reach = policy.reach(document, account=account)
    if reach.level < policy.Level.PUBLIC:
        return passed("the policy admits nobody unnamed" if document else "no policy")
    if reach.possibly:
        return unknown(f"statement {reach.statement} admits everyone under conditions that cannot be judged")
    return failed(f"statement {reach.statement} admits everyone")


def admits_the_known(document: Document, account: str, inventory: Inventory) -> Verdict:
    """Pass unless the policy admits somebody from outside of the organization (without one: of the account)."""
    reach = policy.reach(document, account=account)
    if reach.level <= policy.Level.ORGANIZATION:
        return passed("the policy admits nobody from outside" if document else "no policy")
    where = f"statement {reach.statement}"
    if reach.possibly:
        return unknown(f"{where} admits outsiders under conditions that cannot be judged")
    if reach.level == policy.Level.PUBLIC:
        return failed(f"{where} admits everyone")
    return _members_only(where, _accounts(reach.principals) - {account}, inventory)


def _accounts(principals: Iterable[str]) -> set[str]:
    """Return the accounts in *principals*, as far as they name any."""
    return {found for each in principals for found in ACCOUNT_ID.findall(each)}


def _members_only(where: str, admitted: set[str], inventory: Inventory) -> Verdict:
    """Judge accounts that are named. Only the management account can list the organization's members."""
    if not admitted:
        return failed(f"{where} admits principals outside of the account")
    organizations = [found for each in inventory.all("aws.organizations.organization") if (found := each["organization"])]
    if not organizations:
        return failed(f"{where} admits {_listed(admitted)}, and the account is in no organization")
    members = {each["item"]["Id"] for each in inventory.all("aws.organizations.account")}
    strangers = admitted - members - {each.get("MasterAccountId") for each in organizations}
    if not strangers:
        return passed(f"{where} admits {_listed(admitted)}, of the organization")
    if not members:
        return unknown(f"{where} admits {_listed(strangers)}; only the management account can tell who that is")
    return failed(f"{where} admits {_listed(strangers)}, from outside of the organization")


def _listed(accounts: Iterable[str]) -> str:
    return f"account {', '.join(sorted(accounts))}"


def named(resource: Resource) -> Verdict:
    """Judge the fact ``policy`` of *resource*: see :func:`admits_the_named`."""
    return admits_the_named(resource["policy"], resource.account)


def known(resource: Resource, inventory: Inventory) -> Verdict:
    """Judge the fact ``policy`` of *resource*: see :func:`admits_the_known`."""
    return admits_the_known(resource["policy"], resource.account, inventory)
