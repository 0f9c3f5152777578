"""What a resource policy means for its resource: the same two verdicts on every service that has such policies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checks.aws import policy
from checks.aws.document import parse
from checks.aws.policy import Level, Reach
from scanner.model import Inventory, Resource, Verdict, failed, passed, unknown

ACCOUNT_ID = re.compile(r"(?:^|:)(\d{12})(?::|$)")
STRANGERS = ("v7:2.21",)  # the control that asks this of every resource policy

Document = Mapping[str, Any] | None


def named(resource: Resource) -> Verdict:
    """Pass unless the fact ``policy`` of *resource* admits everyone."""
    return admits_the_named(resource["policy"], resource.account)


def known(resource: Resource, inventory: Inventory) -> Verdict:
    """Pass unless the fact ``policy`` of *resource* admits somebody who doesn't belong to the organization."""
    return admits_the_known(resource["policy"], resource.account, inventory)


def admits_the_named(document: Document, account: str) -> Verdict:
    """Pass unless *document* admits everyone."""
    reach = policy.reach(document, account=account)
    if reach.level < Level.PUBLIC:
        return passed("the policy admits nobody unnamed" if document else "no policy")
    if reach.possibly:
        return unknown(f"statement {reach.statement} admits everyone under conditions that cannot be judged")
    return failed(f"statement {reach.statement} admits everyone")


def admits_the_known(document: Document, account: str, inventory: Inventory) -> Verdict:
    """Pass unless *document* admits somebody from outside of the organization (without one: of the account)."""
    outward = [each for each in _reaches(document, account) if each.level > Level.ORGANIZATION]
    if not outward:
        return passed("the policy admits nobody from outside" if document else "no policy")
    certain = [each for each in outward if not each.possibly]
    for each in certain:
        if each.level == Level.PUBLIC or not _accounts([each]) - {account}:
            return failed(f"statement {each.statement} admits {', '.join(each.principals)}")
    verdict = members_only(_accounts(certain) - {account}, inventory)
    if verdict.outcome == "pass" and len(certain) < len(outward):
        return unknown("the policy admits outsiders under conditions that cannot be judged")
    return verdict


def statements(document: Document) -> list[Mapping[str, Any]]:
    """Return the statements of *document* as they stand. Raises :class:`UnreadError` when it is malformed."""
    policy.require(document)
    found = (document or {}).get("Statement", [])
    return [found] if isinstance(found, Mapping) else list(found)


def strings(value: Any) -> list[str]:
    """Return what stands alone or in a list, or, for principals, under several kinds, as one list."""
    if isinstance(value, Mapping):
        return [name for names in value.values() for name in strings(names)]
    return list(value) if isinstance(value, list) else [value]


def _reaches(document: Document, account: str) -> Iterator[Reach]:
    """Yield the reach of each statement that allows something, as far as the denials let it."""
    bodies = statements(document)
    denials = [each for each in bodies if each["Effect"] == "Deny"]
    for number, each in enumerate(bodies, 1):
        if each["Effect"] == "Allow":
            yield policy.reach({"Statement": [{"Sid": str(number), **each}, *denials]}, account=account)


def services_bound(resource: Resource, inventory: Inventory) -> Verdict:
    """Pass unless the fact ``policy`` lets an AWS service act here for whoever asks it to."""
    return binds_services(resource["policy"], resource.account, inventory)


def binds_services(document: Document, account: str, inventory: Inventory) -> Verdict:
    """Pass unless *document* lets an AWS service act here for whoever asks it to."""
    reach = policy.on_behalf(document, account=account)
    if reach.possibly:
        reach = policy.on_behalf(document, account=account, buckets=_own_buckets(document, inventory))
    if reach.level < Level.CROSS_ACCOUNT:
        return passed("services act here for the account only" if document else "no policy")
    if reach.possibly:
        return unknown(f"statement {reach.statement} admits a service under conditions that cannot be judged")
    return failed(f"statement {reach.statement} lets {', '.join(reach.principals)} act for other accounts")


def _own_buckets(document: Document, inventory: Inventory) -> frozenset[str]:
    """Return the account's buckets among the sources that conditions name: the ARN of a bucket tells no account."""
    tests = (test for each in parse(document) for test in each.tests if test.key == "aws:sourcearn")
    named = {bucket for test in tests for value in test.values if (bucket := policy.bucket_of(value))}
    return frozenset(bucket for bucket in named if inventory.get("aws.s3.bucket", bucket) is not None)


def _accounts(reaches: Iterable[Reach]) -> set[str]:
    """Return the accounts among those admitted, as far as they are named."""
    return {found for each in reaches for name in each.principals for found in ACCOUNT_ID.findall(name)}


def members_only(accounts: set[str], inventory: Inventory) -> Verdict:
    """Pass when all *accounts* are of the organization. Only the management account can list its members."""
    if not accounts:
        return passed("no other account is admitted")
    described = [each["organization"] for each in inventory.all("aws.organizations.organization")]
    managing = {each["MasterAccountId"] for each in described if each}
    if not managing:
        return failed(f"{_listed(accounts)} is admitted, and there is no organization")
    members = {each["item"]["Id"] for each in inventory.all("aws.organizations.account")}
    strangers = accounts - members - managing
    if not strangers:
        return passed(f"{_listed(accounts)} is admitted, and of the organization")
    if not members:
        return unknown(f"{_listed(strangers)} is admitted; only the management account can tell whose that is")
    return failed(f"{_listed(strangers)} is admitted, and not of the organization")


def _listed(accounts: Iterable[str]) -> str:
    return f"account {', '.join(sorted(accounts))}"
