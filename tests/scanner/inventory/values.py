"""Values for tests of storage: what providers answer, and what strangers put into it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

# What both engines hand out as they got it. Floats keep clear of what PostgreSQL writes as another number: -0.0, and
# integral values from 1e16 on.
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(-1e15, 1e15).map(lambda each: each + 0.0 if each else 0.0)
PLAIN_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


def nested(leaves: st.SearchStrategy[Any], keys: st.SearchStrategy[str], most: int = 8) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=most
    )


JSON = nested(st.none() | st.booleans() | NUMBERS | PLAIN_TEXT, PLAIN_TEXT)

# And what they can't: NUL, unpaired surrogates, integers over 64 bits, bytes.
HOSTILE_TEXT = st.text(st.sampled_from("a\0\ud800\udfff\ue000\U0001f600é\"\\'%:{}"), max_size=6)
HOSTILE = nested(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | NUMBERS | HOSTILE_TEXT | st.binary(max_size=4), HOSTILE_TEXT
)


def deep(levels: int) -> Any:
    """Return a list in a list in a list ..."""
    value: Any = "core"
    for _ in range(levels):
        value = [value]
    return value


def depth(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same JSON: ``1`` is neither ``true`` nor ``1.0``."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
