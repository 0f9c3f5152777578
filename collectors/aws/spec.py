"""How AWS resource types are described. The descriptions are data; `collect.py` acts on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Scope = Literal["global", "regional"]
Decoder = Literal["", "json", "csv", "base64"]


@dataclass(frozen=True, slots=True, init=False)
class Call:
    """One read-only API call and where its answer lies in the response (JMESPath).

    Parameters quote, in braces, fields of the resource's listing row (``{Name}``), or ``{account}``, ``{region}``,
    ``{partition}``, ``{parent[Field]}``. Two calls of one resource with the same operation and parameters are sent once.

    - ``absent``: error codes (space-separated) that mean *not configured*; ``disabled``: that mean *service off, or not
      subscribed*. Both are knowledge: the fact is absent, a listing is empty and complete. Where AWS says several
      things with one code, a tuple of ``"Code: part of the message"`` tells them apart.
    - ``decode``: the answer is a string holding ``json`` (a policy), ``csv`` (rows become dicts) or ``base64`` text.
      What does not decode is unread, never absent.
    - ``by`` and ``key``: the answer is a list of rows for many resources; a resource's fact is the row whose field ``by``
      equals ``key`` (a template), absent when there is none. With ``batch`` the ids go out that many at a time
      (the list parameter holds the one template), without it the call is sent once for the whole listing.
    - ``merge``: the list parameter in which the joined calls of all types are one: sent once a region, with the values of
      all, by whichever resource needs it first. Its ``key`` may quote facts that were read before (``{fact[Field]}``).
    - ``otherwise``: the call to send instead where a joined call was refused, failed, or cannot be joined.
    - ``needless``: ``(fact, JMESPath, code)``. Where that fact, which comes before, was read and the expression over it is
      true, nothing is asked: the fact is absent with that code. In any other case, the call is sent.
    - ``prepare``: an operation to repeat until its ``State`` is ``COMPLETE`` before this one is sent.
    - ``service``: the botocore service, where it isn't the spec's own; ``iam``: the action, where it isn't
      ``signing name:Operation``; several are separated by spaces.
    """

    operation: str
    answer: str
    params: Mapping[str, Any]
    service: str
    absent: tuple[str, ...]
    disabled: tuple[str, ...]
    decode: Decoder
    by: str
    key: str
    batch: int
    merge: str
    otherwise: Call | None
    needless: tuple[str, str, str] | None
    prepare: str
    iam: tuple[str, ...]

    def __init__(
        self,
        operation: str,
        answer: str = "@",
        /,
        *,
        service: str = "",
        absent: str | tuple[str, ...] = "",
        disabled: str | tuple[str, ...] = "",
        decode: Decoder = "",
        by: str = "",
        key: str = "",
        batch: int = 0,
        merge: str = "",
        otherwise: Call | None = None,
        needless: tuple[str, str, str] | None = None,
        prepare: str = "",
        iam: str = "",
        **params: Any,
    ) -> None:
        put = object.__setattr__
        put(self, "operation", operation)
        put(self, "answer", answer)
        put(self, "params", params)
        put(self, "service", service)
        put(self, "absent", _codes(absent))
        put(self, "disabled", _codes(disabled))
        put(self, "decode", decode)
        put(self, "by", by)
        put(self, "key", key)
        put(self, "batch", batch)
        put(self, "merge", merge)
        put(self, "otherwise", otherwise)
        put(self, "needless", needless)
        put(self, "prepare", prepare)
        put(self, "iam", tuple(iam.split()))


def _codes(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(given.split()) if isinstance(given, str) else given


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One AWS resource type.

    ``listing`` yields rows; each becomes a resource with the fact ``item`` (the row, raw) and one fact per entry of
    ``facts``. Without a listing there is exactly one such resource a scope: settings of an account or a region.

    - ``api``: the botocore service; ``service``: its id in services.yaml, which gives owner and service model.
    - ``id``, ``name``, ``region``: templates over the row. Ids are ARNs wherever AWS has one.
    - ``tags``: dotted path to the tags (``item.Tags``), whatever of AWS's shapes they have; they become the fact
      ``tags``, a mapping of names to values, unread when what they stand in was not read.
    - ``parent``: the type under whose every resource the listing is made.
    - ``needs``: a type of the same service without which there can be none of this: it is asked for only where that one
      was found, or could not be listed to its end.
    - ``gone``: codes that mean the resource was deleted since the listing: it is dropped, without a gap.
    - ``volatile``: dotted paths kept as the latest observation, outside the content hash (last used, last delivery).
    - ``secret``: dotted paths (``*`` for any key) whose strings are replaced by a keyed hash and a detector's verdict.
    """

    type: str
    service: str
    api: str
    title: str
    id: str
    listing: Call | None = None
    scope: Scope = "regional"
    name: str = ""
    region: str = ""
    tags: str = ""
    facts: Mapping[str, Call] = field(default_factory=dict)
    parent: str = ""
    needs: str = ""
    gone: frozenset[str] = frozenset()
    volatile: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[Call, ...]:
        """Return the calls that facts may take, with those to which they fall back."""
        return tuple(each for call in self.facts.values() for each in (call, call.otherwise) if each)

    @property
    def calls(self) -> tuple[Call, ...]:
        return (*([self.listing] if self.listing else []), *self.asked)
