"""The sums that all pages rest on, kept in memory as long as the inventory has nothing newer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from threading import Lock, Thread
from typing import Any, TypeVar

from scanner.inventory import pages
from scanner.inventory.errors import InventoryError
from scanner.inventory.pages import Held, Score, Sight, Square, Total
from scanner.inventory.store import Store

Row = dict[str, Any]
Made = TypeVar("Made")
YEARS = timedelta(days=3 * 365)  # that trends reach back at most
ANSWERS = 200  # that are kept: one for each page and each set of accounts that somebody sees


def utc() -> datetime:
    return datetime.now(UTC)


class Figures:
    """The sums of one edition of the inventory, each read when it is first asked for; acceptances as they stand *now*."""

    def __init__(self, store: Store, totals: dict[int, Total], now: datetime) -> None:
        self._store = store
        self._now = now
        self._totals = totals
        self._answers: dict[tuple[object, ...], Any] = {}

    def kept(self, key: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """Return an answer that rests on these sums alone, made when it is first asked for."""
        found: Made | None = self._answers.get(key)  # looked up once: another thread may clear them meanwhile
        if found is None:
            found = make()
            if len(self._answers) >= ANSWERS:
                self._answers.clear()
            self._answers[key] = found
        return found

    @cached_property
    def accounts(self) -> Mapping[int, Row]:
        with self._store.reading() as connection:
            return {row["pk"]: row for row in pages.accounts(connection)}

    @cached_property
    def scores(self) -> list[Score]:
        with self._store.reading() as connection:
            return pages.scores(connection, self._now)

    @cached_property
    def squares(self) -> list[Square]:
        with self._store.reading() as connection:
            return pages.squares(connection)

    @cached_property
    def held(self) -> list[Held]:
        with self._store.reading() as connection:
            return pages.held(connection)

    @cached_property
    def regions(self) -> list[tuple[int, str]]:
        """Accounts, and the regions of which something was listed in each."""
        with self._store.reading() as connection:
            return pages.regions(connection)

    @cached_property
    def hidden(self) -> list[Row]:
        """Calls whose answers are missing, by account."""
        with self._store.reading() as connection:
            return pages.hidden(connection)

    @cached_property
    def looks(self) -> list[tuple[int, int, datetime]]:
        """The whole looks of the last years, oldest first: number, account, and when."""
        with self._store.reading() as connection:
            return pages.days(connection, YEARS)

    def read(self) -> None:
        """Read everything that pages begin with."""
        for name in ("accounts", "scores", "squares", "held", "hidden", "looks"):
            getattr(self, name)

    def totals(self, looks: Iterable[int]) -> list[Total]:
        """Return what some looks came to; that never changes, so it is asked once."""
        wanted = list(looks)
        if missing := [look for look in wanted if look not in self._totals]:
            with self._store.reading() as connection:
                self._totals.update({each.snapshot: each for each in pages.totals(connection, missing)})
        return [self._totals[look] for look in wanted if look in self._totals]


class Latest:
    """The figures of what is in the inventory now.

    When a scan or an acceptance brought others, they are read beside, and those of before serve until then: nobody waits.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime] = utc) -> None:
        self._store = store
        self._clock = clock
        self._lock = Lock()
        self._edition: tuple[Any, ...] | None = None
        self._totals: dict[int, Total] = {}
        self._figures = Figures(store, self._totals, clock())
        self._reader: Thread | None = None

    def figures(self) -> Figures:
        now = self._clock()
        with self._store.reading() as connection:
            edition = pages.edition(connection, now)
        with self._lock:
            if self._edition is None:
                self._edition = edition
            elif edition != self._edition and self._reader is None:
                self._reader = Thread(target=self._read, args=(edition, now), daemon=True)
                self._reader.start()
            return self._figures

    def read(self) -> None:
        """Read the figures before anybody asks; what can't be read now is tried again with the first page."""
        with suppress(InventoryError):
            self.figures().read()

    def settle(self) -> None:
        """Wait until the newest figures serve."""
        self.figures()
        if reader := self._reader:
            reader.join()

    def _read(self, edition: tuple[Any, ...], now: datetime) -> None:
        try:
            with suppress(InventoryError):  # it is tried again with the next page
                found = Figures(self._store, self._totals, now)
                found.read()
                with self._lock:
                    self._edition, self._figures = edition, found
        finally:
            self._reader = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What one reader asks with: the inventory, its figures, the accounts that the reader may see, and the time."""

    store: Store
    figures: Figures
    now: datetime
    sight: Sight = None
    chosen: tuple[str, ...] = ()

    def sees(self, account_pk: int) -> bool:
        return self.sight is None or account_pk in self.sight

    @property
    def accounts(self) -> list[Row]:
        return [row for pk, row in self.figures.accounts.items() if self.sees(pk)]

    @property
    def scores(self) -> list[Score]:
        every = self.figures.scores
        return every if self.sight is None else [each for each in every if each.account_pk in self.sight]

    @property
    def squares(self) -> list[Square]:
        every = self.figures.squares
        return every if self.sight is None else [each for each in every if each.account_pk in self.sight]

    @property
    def regions(self) -> list[str]:
        """The regions of the accounts that are seen."""
        return sorted({region for pk, region in self.figures.regions if self.sees(pk)})

    def narrowed(self, account_ids: Iterable[str]) -> Desk:
        """Return a desk that sees only some of the accounts that this one sees; all of them where none is named."""
        names = tuple(account_ids)
        if not names:
            return self
        sight = frozenset(row["pk"] for row in self.accounts if row["account_id"] in names)
        return Desk(self.store, self.figures, self.now, sight, names)
