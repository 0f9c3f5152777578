"""What a cloud announces, and how a provider hands it over. Pure: providers import this module, and nothing else of ours.

A provider that can tell of changes has a module ``changes`` beside its own, with the functions of :class:`Announcer`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from scanner.errors import UserError
from scanner.model import Severity
from scanner.provider import Document


class SourceError(UserError):
    """A queue can't be read. The message is one line for the user, and says what to do."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A kind of event that is a finding at once. ``name`` ends the check's id; ``said`` tells what was done.

    ``service`` is the one whose cell of the split it counts for, ``control`` the one that it broke.
    """

    name: str
    control: str
    service: str
    severity: Severity
    said: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A setting that an event carries, to be judged by an installed check: only where that fails is the event an attack."""

    check: str
    type: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done in one account.

    ``event`` is the provider's id of the announcement: one that comes twice has the same. ``services``: ids of
    services.yaml whose resources may be others now; several where what was done does not tell which. ``who`` and ``origin``
    (an address) are for people. ``stands_for``: where the announcement does not tell the account's id, the id of the resource
    that stands for it.
    """

    event: str
    account: str
    what: str
    at: datetime
    region: str = ""
    services: tuple[str, ...] = ()
    type: str = ""
    id: str = ""
    who: str = ""
    origin: str = ""
    attack: Attack | None = None
    trial: Trial | None = None
    stands_for: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a queue. ``attempt``: how often it was handed out by now, 0 where the queue does not count.

    ``problem`` says why it can't be read; one that can and holds nothing of interest has neither changes nor problem.
    """

    receipt: str
    attempt: int = 0
    changes: tuple[Change, ...] = ()
    problem: str = ""


class Source(Protocol):
    """A queue that is being read. Used by one thread, but for ``close``."""

    def receive(self) -> Sequence[Message]:
        """Wait a few seconds for messages. Raises :class:`SourceError`."""

    def done(self, receipts: Sequence[str]) -> None:
        """Take messages out of the queue. Raises :class:`SourceError`; then they come again."""

    def close(self) -> None:
        """Stop; a ``receive`` under way ends soon."""


class Announcer(Protocol):
    """What the module ``changes`` of a provider offers."""

    def listen(self, options: Any, address: str) -> Source:
        """Return the queue at *address*, read with the account's *options*. Raises :class:`SourceError`, or ConnectError."""

    def permissions(self, address: str) -> Mapping[str, Sequence[Document]]:
        """Return the grant that reading the queue needs, beside that of a scan."""


def at_path(value: Any, path: str) -> Iterator[Any]:
    """Yield what lies at a dotted path in what an event holds; lists on the way are entered."""
    if isinstance(value, list):
        for each in value:
            yield from at_path(each, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        step, _, rest = path.partition(".")
        if step in value:
            yield from at_path(value[step], rest)


def holds(row: Mapping[str, Any], record: Any) -> bool:
    """Tell whether an event is as a row of a table of attacks says.

    ``where`` maps paths to values, one of which has to lie there; ``either`` holds such conditions, one of which is enough.
    """
    return any(_all({**row.get("where", {}), **each}, record) for each in row.get("either", [{}]))


def _all(where: Mapping[str, Sequence[Any]], record: Any) -> bool:
    return all(any(value in wanted for value in at_path(record, path)) for path, wanted in where.items())
