"""What we may read: Resource Graph leaves out what a caller may not see, and says nothing of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

READ = "*/read"


@dataclass
class Grants:
    """The permissions that we hold on whole subscriptions, as far as somebody tells."""

    held: dict[str, Sequence[Mapping[str, Any]] | None] = field(default_factory=dict)

    def allows(self, subscription: str, action: str) -> bool:
        """Tell whether an action is allowed everywhere in a subscription; where nobody tells, it is taken to be."""
        held = self.held.get(subscription)
        if held is None:
            return True
        return any(_any(each.get("actions"), action) and not _any(each.get("notActions"), action) for each in held)


def _any(patterns: Any, action: str) -> bool:
    return isinstance(patterns, list) and any(_fits(str(each).lower(), action.lower()) for each in patterns)


@cache
def _fits(pattern: str, action: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), action) is not None
