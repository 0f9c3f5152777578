"""What another account shares with this one is that account's to answer for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from scanner.model import Resource, Verdict, skipped


def owned(judge: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Make *judge* skip what belongs to another account: a shared VPC shows up wherever it is shared."""

    @wraps(judge)
    def asked(resource: Resource, **given: Any) -> Verdict:
        owner = resource["item"].get("OwnerId") or resource.account
        if owner != resource.account:
            return skipped(f"shared by account {owner}, which answers for it")
        return judge(resource, **given)

    return asked
