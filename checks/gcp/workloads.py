"""Which account and which images something runs as, and what those may do: the same verdicts wherever code runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from checks.gcp import lineage, policy, roles
from checks.gcp.policy import Grant
from checks.gcp.read import default_account, in_words
from scanner.model import Inventory, Resource, Verdict, failed, passed, skipped, unknown

# The scope that leaves it to the roles of an account what its token may do.
EVERYTHING = "https://www.googleapis.com/auth/cloud-platform"
# Where images come from that Google keeps: repositories of Artifact Registry, and the older names that lead there.
REGISTRIES = re.compile(r"(?:[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)/.+")


def is_default(email: str) -> bool:
    """Tell whether *email* is an account that nobody chose; GKE and others call it by its first name."""
    return email == "default" or bool(default_account(email))


def chosen(email: str, unnamed: str = "") -> Verdict:
    """Pass when *email* is an account that somebody made for this. *unnamed*: what it runs as where none is named."""
    if said := default_account(email) or ("" if email and email != "default" else unnamed):
        return failed(f"runs as {said}")
    return passed(f"runs as {email}" if email else "runs as nobody")


def narrow(email: str, resource: Resource, inventory: Inventory, now: datetime) -> Verdict:
    """Pass unless *email* administers the project of *resource*, through the project itself or a node above."""
    if not email:
        return skipped("it has no service account")
    node = lineage.node_of(resource, inventory)
    if node is None:
        return unknown("the project was not listed")
    found = _administering(email, [node["iam_policy"]], now)
    if not any(grant.certain for grant in found):
        found += _administering(email, [each["iam_policy"] for each in lineage.ancestors(node)], now)
    if certain := [grant.role for grant in found if grant.certain]:
        return failed(f"{email} holds {in_words(certain)} on the project")
    if found:
        return unknown(f"{email} holds {in_words(grant.role for grant in found)} on conditions that cannot be judged")
    return passed(f"{email} administers nothing")


def _administering(email: str, documents: Iterable[Any], now: datetime) -> list[Grant]:
    """Return what makes *email* an administrator, of allow policies; who is in a group or a domain, they don't say."""
    member, keep = f"serviceAccount:{email}", roles.is_administrative
    granted = [binding for each in documents for binding in policy.of_member(each, member, keep=keep)]
    return [grant for grant in policy.grants(granted, policy.at_time(now)) if grant.member == member]


def of_known_registry(images: Iterable[str]) -> Verdict:
    """Pass when every one of *images* lies in a registry on Google Cloud."""
    given = list(images)
    strange = [image for image in given if not REGISTRIES.fullmatch(image)]
    return failed(f"from elsewhere: {in_words(strange)}") if strange else passed(f"{len(given)} image(s) of such a registry")
