"""Reads the accounts of an organization: some side by side, one after the other, and never more threads than for one."""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, replace

from collectors.aws.collect import LISTERS, READERS, AwsCollector, Events, NobodyTakesError
from collectors.aws.errors import FAILURES, DecodeError, code_of, reason_of
from collectors.aws.facts import GLOBAL
from collectors.aws.members import ACTIVE, Organization, excluded
from collectors.aws.options import AwsOptions
from collectors.aws.reach import ANALYZER, CARRIED, KIND, Reach
from collectors.aws.regions import regions
from collectors.aws.session import Budget, Connection, enter
from collectors.aws.spec import Spec
from collectors.redact import Redactor
from scanner.model import Account, Event, Gap, Listed, Reason
from scanner.provider import ConnectError, Probe

ENTER = "sts:AssumeRole"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is read of each account of an organization, and with what.

    ``wanted`` are the regions, none for all; ``beyond`` asks as well for what no spec covers.
    """

    options: AwsOptions
    specs: tuple[Spec, ...]
    wanted: frozenset[str]
    redactor: Redactor
    beyond: bool = False


class OrganizationCollector:
    """The accounts of an organization, ready to be read. Each is entered when its turn comes, and let go when it was read.

    ``enabled`` are the regions of the account that was entered, ``noticed`` the gaps that were met on the way in.
    """

    def __init__(
        self, entered: Connection, organization: Organization, plan: Plan, enabled: Sequence[str], noticed: Sequence[Gap] = ()
    ) -> None:
        self._entered = entered
        self._plan = plan
        self._enabled = tuple(enabled)
        self._noticed = tuple(noticed)
        own = entered.account
        accounts = {own.id: own} | {each.id: each.account(own.partition) for each in organization.members}
        self.account: Account = accounts[own.id]
        self._centre = organization.centre & accounts.keys()
        # The centre first: what others have of it, they wait for.
        self.accounts: Sequence[Account] = sorted(accounts.values(), key=lambda each: (each.id not in self._centre, each.id))
        self._organization = organization
        self._states = {each.id: each.state for each in organization.members}
        self._reach = Reach(self._centre, whole=organization.whole and self._centre == organization.centre)
        self.notes: dict[str, str] = {}  # by account, why nothing of it was seen
        self._read: dict[str, Sequence[str]] = {}  # by account, the regions that were read

    @property
    def as_of(self) -> None:
        """Tell that AWS is seen as it is read."""

    @property
    def calls(self) -> Mapping[str, int]:
        return self._entered.clients.budget.spent()

    def close(self) -> None:
        self._entered.clients.budget.stopped.set()

    def collect(self) -> Generator[Event, None, None]:
        """Yield what each account holds, every event with its account. What one account answers stops no other.

        Only once: whoever stops early, or :meth:`close`, stops the calls for good.
        """
        events = Events()
        width = self._width
        with ThreadPoolExecutor(width, "account") as pool:
            for account in self.accounts:
                pool.submit(self._run, account, events)
            try:
                yield from events.until_ended(len(self.accounts))
            finally:
                self.close()
                events.left.set()
                self._reach.release()
                pool.shutdown(wait=False, cancel_futures=True)
        yield from self._analyzers()

    def gone(self, known: Iterable[Account]) -> Sequence[Account]:
        """Return those of *known*, accounts that earlier scans saw as members, that are in the organization no more.

        It was listed whole, or nothing would have been entered. Accounts that are left out by name were not looked for.
        """
        lost = [each for each in known if self._organization.left(each) and not excluded(each, self._plan.options)]
        self.notes |= {each.id: f"no longer in organization {self._organization.id}" for each in lost}
        return lost

    @property
    def _width(self) -> int:
        return min(self._plan.options.parallel, len(self.accounts))

    def _run(self, account: Account, events: Events) -> None:
        read = False
        try:
            for event in self._of(account):
                events.put(event)
            read = account.id in self._read
        except NobodyTakesError:
            return
        except Exception as error:  # noqa: BLE001 -- a fault of ours in one account must not end the scan of the others
            self._crashed(account, error, events)
        finally:
            self._reach.ended(account.id, read=read)
            gc.collect()  # clients hold themselves; a scan looks for garbage so seldom that those of many accounts pile up
            with suppress(NobodyTakesError):
                events.put(None)

    def _crashed(self, account: Account, error: Exception, events: Events) -> None:
        """Put that nothing of an account is sure: what was put before stands, and closes nothing."""
        fault = ConnectError(f"{type(error).__name__} while reading the account")
        fault.__cause__ = DecodeError(str(fault))
        self.notes[account.id] = str(fault)
        with suppress(NobodyTakesError):
            for event in self._unseen(account, fault):
                events.put(event)

    def _of(self, account: Account) -> Iterator[Event]:
        """Yield everything of one account; of one that cannot be entered, that nothing of it was seen."""
        try:
            collector = self._collector(account)
        except ConnectError as error:
            self.notes[account.id] = str(error)
            yield from self._unseen(account, error)
            return
        self._read[account.id] = collector.regions
        held: list[Event] = []
        with closing(collector.collect()) as found:
            for event in found:
                named = self._named(event, account.id)
                if self._reach.waits(named, account.id):
                    held.append(named)
                    continue
                if account.id in self._centre:
                    self._reach.hear(named)
                yield named
        for event in held:
            yield self._reach.told(event)

    def _named(self, event: Event, account: str) -> Event:
        return replace(event, account=account) if isinstance(event, (Gap, Listed)) else event

    def _collector(self, account: Account) -> AwsCollector:
        """Enter an account. Raises :class:`ConnectError`."""
        own = account.id == self._entered.account.id
        state = self._states.get(account.id, ACTIVE)
        if state != ACTIVE and not own:
            raise ConnectError(f"the account is {state}")
        plan = self._plan
        budget = Budget(seconds=plan.options.account_seconds or None, above=self._entered.clients.budget)
        if own:
            connection = self._entered.within(budget)
            enabled, noticed = list(self._enabled), list(self._noticed)
        else:
            connection = enter(self._entered, plan.options, account, budget)
            enabled, noticed = regions(connection, plan.wanted, strict=False)
        share = {"listers": LISTERS // self._width, "readers": READERS // self._width}
        return AwsCollector(connection, enabled, plan.specs, plan.redactor, noticed, beyond=plan.beyond, **share)

    # What was not seen.

    def _unseen(self, account: Account, error: ConnectError) -> Iterator[Event]:
        """Yield for each type and region that nothing is known of it: neither gone nor as it was."""
        cause = error.__cause__
        state = self._states.get(account.id, ACTIVE)
        # Of an account in another state, no grant would show anything.
        why = (reason_of(cause), code_of(cause), ENTER) if isinstance(cause, FAILURES) else (Reason.UNAVAILABLE, state, "")
        for type, service, scope in self._types():
            for region in (GLOBAL,) if scope == GLOBAL else self._enabled:
                yield Gap(type, region, service, ENTER, *why, str(error), account=account.id)
                yield Listed(type, region, complete=False, account=account.id)

    def _types(self) -> Iterator[tuple[str, str, str]]:
        yield from ((spec.type, spec.service, spec.scope) for spec in self._plan.specs)
        if self._carries:
            yield (CARRIED, KIND.service, KIND.scope)

    @property
    def _carries(self) -> bool:
        return any(spec.type == ANALYZER for spec in self._plan.specs)

    def _analyzers(self) -> Iterator[Event]:
        for account, where in self._read.items() if self._carries else ():
            yield from self._reach.analyzers(account, where)

    def doctor(self) -> Iterator[Probe]:
        """Try everything in the account that was entered, and the way into each of the others."""
        yield from self._collector(self.account).doctor()
        for account in self.accounts:
            if account.id != self.account.id and self._states.get(account.id, ACTIVE) == ACTIVE:
                yield self._tried(account)

    def _tried(self, account: Account) -> Probe:
        code = ""
        try:
            self._collector(account)
        except ConnectError as error:
            code = code_of(error.__cause__) if isinstance(error.__cause__, FAILURES) else type(error).__name__
        return Probe("aws.account", f"{ENTER} into {account.id}", ENTER, GLOBAL, code)
