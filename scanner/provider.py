"""What the engine asks of a provider, and how providers are found: through the entry points ``demarc.collectors``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol, runtime_checkable

from scanner.errors import UserError
from scanner.model import Account, Event, Kind
from scanner.plugins import entry_points

GROUP = "demarc.collectors"


class ConnectError(UserError):
    """The account cannot be reached or entered. The message is one line for the user, and says what to do."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of an account to read. Empty means all. ``services`` holds ids of services.yaml or their last part."""

    regions: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()

    def wants(self, service: str) -> bool:
        return not self.services or service in self.services or service.partition(".")[2] in self.services


@dataclass(frozen=True, slots=True)
class Probe:
    """One operation that a scan would call, tried once. ``code`` is empty when it was allowed."""

    service: str
    operation: str
    permission: str
    region: str
    code: str = ""


Document = Mapping[str, Any] | str
"""A part of a grant: data, which is shown as JSON, or a text in another language, which is shown as it is."""


def shown(document: Document) -> str:
    return document if isinstance(document, str) else json.dumps(document, indent=2)


Memory = Callable[[str, str, str], Mapping[str, Any]]
"""``(account id, type, fact)`` to what the inventory holds of a fact that is volatile as a whole, by resource id."""


def nothing(account: str, type: str, fact: str) -> Mapping[str, Any]:  # noqa: ARG001 -- a Memory's signature
    """Remember nothing: the :data:`Memory` of an inventory that is not there yet, or that is not to be asked."""
    return {}


class Collector(Protocol):
    """What was entered at one provider, connected and ready to be read.

    ``account`` is where it was entered, ``accounts`` are all that it reads: one, or each of an organization. A resource
    names its own; gaps and ended listings are those of all. ``as_of`` is the time at which the provider was seen, where
    that isn't the time of reading.
    """

    @property
    def account(self) -> Account: ...
    @property
    def accounts(self) -> Sequence[Account]: ...

    @property
    def as_of(self) -> datetime | None: ...

    @property
    def calls(self) -> Mapping[str, int]:
        """Return the calls sent so far, by ``service:Operation``."""

    def collect(self) -> Iterator[Event]:
        """Yield what is there and what could not be read. What the provider answers never raises."""

    def doctor(self) -> Iterator[Probe]:
        """Try each operation once, without scanning."""

    def close(self) -> None:
        """Stop calling; a ``collect`` under way ends soon."""


@runtime_checkable
class Census(Protocol):
    """A collector that can tell which accounts of earlier scans are no more, as it was shown all that there are."""

    def gone(self, known: Iterable[Account]) -> Sequence[Account]: ...


@runtime_checkable
class Noting(Protocol):
    """A collector of several accounts that says, in one line each, why it saw nothing of some, by their ids."""

    @property
    def notes(self) -> Mapping[str, str]: ...


@runtime_checkable
class Apart(Protocol):
    """A provider whose accounts may hold others: it returns their options so that each account is read once."""

    def apart(self, every: Sequence[Any]) -> Sequence[Any]: ...


class Provider(Protocol):
    """A cloud. ``options`` is a frozen dataclass whose fields are its command-line options and account settings."""

    name: str
    title: str
    options: type[Any]

    def kinds(self) -> Sequence[Kind]:
        """Return every resource type it can read."""

    def connect(
        self, options: Any, selection: Selection, *, secret_key: Callable[[], bytes], memory: Memory = nothing
    ) -> Collector:
        """Enter. *secret_key*, under which secrets are hashed, is asked for when that worked. Raises :class:`ConnectError`.

        *memory* tells what earlier scans left, for a collector that asks again only for what changed or is too old.
        """

    def permissions(self, selection: Selection) -> Mapping[str, Sequence[Document]]:
        """Return the least-privilege grant for a scan in each format that there is, in parts where that has limits.

        Formats are named after who takes them (``json``, ``terraform``); the first is the provider's own.
        """


def names() -> tuple[str, ...]:
    """Return the installed providers' names without importing them."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


@cache
def load(name: str) -> Provider:
    """Import one provider. Raises :class:`ConnectError` when it, or what it needs, isn't installed or is broken."""
    for point in entry_points(group=GROUP, name=name):
        try:
            provider: Provider = point.load()
        except ModuleNotFoundError as error:
            raise ConnectError(f"{name} needs {error.name}: pip install 'demarc-scanner[{name}]'") from error
        except (ImportError, AttributeError) as error:
            raise ConnectError(f"{name} cannot be loaded from {point.value}: {error}") from error
        return provider
    raise ConnectError(f"no provider is called {name!r}; installed: {', '.join(names()) or 'none'}")
