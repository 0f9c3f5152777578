"""The accounts of an organization: which there are, below which units they lie, and which of them are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from collectors.aws.errors import FAILURES, DecodeError, Failure, code_of, message_of, says
from collectors.aws.options import AwsOptions, listed
from collectors.aws.organizations import NOT_IN_USE
from collectors.aws.read import Caller
from collectors.aws.session import Connection
from collectors.aws.spec import Call
from scanner.model import Account
from scanner.provider import ConnectError

DESCRIBED = Call("describe_organization", "Organization")
ACCOUNTS = Call("list_accounts", "Accounts", MaxResults=20)
ROOTS = Call("list_roots", "Roots", MaxResults=20)
UNITS = Call("list_organizational_units_for_parent", "OrganizationalUnits", ParentId="{Id}", MaxResults=20)
BELOW = Call("list_accounts_for_parent", "Accounts", ParentId="{Id}", MaxResults=20)
TAGS = Call("list_tags_for_resource", "Tags", ResourceId="{Id}")
DELEGATES = Call("list_delegated_administrators", "DelegatedAdministrators", MaxResults=20)
DISCOVERY = (DESCRIBED, ACCOUNTS, ROOTS, UNITS, BELOW, TAGS, DELEGATES)
ACTIVE = "ACTIVE"
NODES = ("r-", "ou-")


@dataclass(frozen=True, slots=True)
class Member:
    """One account of an organization. ``path`` holds the ids of the root and of the units above it, the nearest last."""

    id: str
    name: str
    state: str
    path: tuple[str, ...] = ()

    def account(self, partition: str) -> Account:
        return Account("aws", self.id, self.name, partition, self.path[-1] if self.path else "")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, or the root, of an organization. ``path`` are the names from below the root, separated by slashes."""

    id: str
    path: str = ""
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Organization:
    """What was discovered. ``centre`` are the accounts that may hold what counts in all, as far as AWS tells them.

    Unless it is ``whole``, there may be more of these. ``members`` were chosen of the accounts ``every``.
    """

    id: str
    members: tuple[Member, ...]
    centre: frozenset[str]
    whole: bool = True
    every: frozenset[str] = frozenset()

    def left(self, known: Account) -> bool:
        """Tell whether an account that lay below this root when it was seen is in the organization no more."""
        roots = {each.path[0].removeprefix("r-") for each in self.members if each.path}
        below = any(known.parent == f"r-{root}" or known.parent.startswith(f"ou-{root}-") for root in roots)
        return below and bool(self.every) and known.id not in self.every


class Directory:
    """Asks AWS Organizations. Raises :class:`ConnectError` where it does not answer: a guess would scan the wrong accounts."""

    def __init__(self, connection: Connection) -> None:
        self._own = connection.account.id
        self._caller = Caller(connection.clients("organizations", connection.region), connection.clients.budget)
        self._known: dict[str, tuple[str, ...]] = {}

    def discover(self, options: AwsOptions) -> Organization:
        """Return the organization with the members that *options* choose; the account that was entered is one of them."""
        described = self._described()
        every = list(self._members())
        units = self._units() if _needs_units(options, every) or not all(each.path for each in every) else {}
        every = [each if each.path else self._placed(each, units) for each in every]
        chosen = [each for each in every if each.id == self._own or _fits(each, units, options)]
        if _tagged(options):
            chosen = [each for each in chosen if each.id == self._own or self._fits_tags(each, options)]
        if missed := [*_nameless(options, every), *_nowhere(options, every, units)]:
            raise ConnectError(f"nothing in organization {described['Id']} is called {', '.join(missed)}")
        delegates, whole = self._delegates()
        centre = {self._own, str(described["MasterAccountId"]), *delegates}
        there = frozenset(each.id for each in every)
        return Organization(str(described["Id"]), tuple(chosen), frozenset(centre), whole, there)

    def _described(self) -> Mapping[str, Any]:
        try:
            (found,) = self._caller.pages(DESCRIBED, {})
        except FAILURES as error:
            if says(error, [NOT_IN_USE]):
                raise ConnectError(f"account {self._own} is in no organization: scan it without --organization") from error
            raise ConnectError(refused("the organization cannot be described", error)) from error
        if not isinstance(found, Mapping) or not {"Id", "MasterAccountId"} <= found.keys():
            raise ConnectError("what answers is not AWS: it describes no organization")
        return found

    def _rows(self, call: Call, what: str, **params: Any) -> Iterator[Mapping[str, Any]]:
        try:
            for page in self._caller.pages(call, {**call.params, **params}):
                yield from map(_whole, page or ())
        except FAILURES as error:
            raise ConnectError(refused(f"{what} cannot be listed", error)) from error

    def _members(self) -> Iterator[Member]:
        for row in self._rows(ACCOUNTS, "the accounts of the organization"):
            paths = row.get("Paths") or [""]
            path = tuple(part for part in str(paths[0]).split("/") if part.startswith(NODES))
            yield Member(str(row["Id"]), str(row.get("Name", "")), str(row.get("State") or row.get("Status") or ACTIVE), path)

    def _units(self) -> Mapping[str, Unit]:
        """Return the root and all units by their ids, each after those above it."""
        waiting = [Unit(str(row["Id"])) for row in self._rows(ROOTS, "the roots of the organization")]
        found: dict[str, Unit] = {}
        while waiting:
            unit = waiting.pop()
            if unit.id in found:
                continue
            found[unit.id] = unit
            for row in self._rows(UNITS, "the units of the organization", ParentId=unit.id):
                name = str(row.get("Name", ""))
                path = f"{unit.path}/{name}" if unit.path else name
                waiting.append(Unit(str(row["Id"]), path, (*unit.above, unit.id)))
        return found

    def _placed(self, member: Member, units: Mapping[str, Unit]) -> Member:
        """Return *member* with its path, which partitions that know no ``Paths`` tell unit by unit."""
        return replace(member, path=self._paths(units).get(member.id, ()))

    def _paths(self, units: Mapping[str, Unit]) -> Mapping[str, tuple[str, ...]]:
        if not self._known:
            for unit in units.values():
                for row in self._rows(BELOW, f"the accounts of unit {unit.id}", ParentId=unit.id):
                    self._known[str(row["Id"])] = (*unit.above, unit.id)
        return self._known

    def _fits_tags(self, member: Member, options: AwsOptions) -> bool:
        rows = self._rows(TAGS, f"the tags of account {member.id}", ResourceId=member.id)
        tags = [f"{row.get('Key')}={row.get('Value')}" for row in rows]
        return _chosen(tags, options.include_tags, options.exclude_tags)

    def _delegates(self) -> tuple[Sequence[str], bool]:
        """Return the delegated administrators, and whether these are all: not to know them costs certainty, not the scan."""
        try:
            return [str(row["Id"]) for row in self._rows(DELEGATES, "the delegated administrators")], True
        except ConnectError:
            return [], False


def _whole(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row that says what it is of. Raises :class:`DecodeError` for another: who it is of would be a guess."""
    if not {"Id", "Key"} & row.keys():
        raise DecodeError("a row without an id")
    return row


def refused(what: str, error: Failure) -> str:
    """Return one line on what AWS Organizations does not tell, and what to do."""
    said = f"{code_of(error)}: {message_of(error)}".rstrip(": ")
    return f"{what} ({said}): enter by the management or a delegated account; `demarc permissions aws --format discovery`"


def _needs_units(options: AwsOptions, every: Sequence[Member]) -> bool:
    """Tell whether a unit is chosen by its name: of ids, the accounts' own paths tell. Names may look like ids."""
    ids = {id for each in every for id in each.path}
    return not all(each.startswith(NODES) and _any(ids, [each]) for each in _unit_patterns(options))


def _unit_patterns(options: AwsOptions) -> list[str]:
    return [*listed(options.include_units), *listed(options.exclude_units)]


def _tagged(options: AwsOptions) -> bool:
    return bool(options.include_tags or options.exclude_tags)


def excluded(account: Account, options: AwsOptions) -> bool:
    """Tell whether an account is left out by its id or name."""
    return _any([account.id, account.name], listed(options.exclude_accounts))


def _fits(member: Member, units: Mapping[str, Unit], options: AwsOptions) -> bool:
    """Tell whether a member is chosen by its id or name and by the units above it."""
    above = [*member.path, *(units[id].path for id in member.path if id in units)]
    return _chosen(above, options.include_units, options.exclude_units) and _chosen(
        [member.id, member.name], options.include_accounts, options.exclude_accounts
    )


def _chosen(names: Sequence[str], include: str, exclude: str) -> bool:
    return (not include or _any(names, listed(include))) and not _any(names, listed(exclude))


def _any(names: Iterable[str], patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _nameless(options: AwsOptions, every: Sequence[Member]) -> list[str]:
    """Return the accounts that are asked for and that are not there: a slip that would choose too little."""
    names = [name for each in every for name in (each.id, each.name)]
    return [pattern for pattern in listed(options.include_accounts) if not _any(names, [pattern])]


def _nowhere(options: AwsOptions, every: Sequence[Member], units: Mapping[str, Unit]) -> list[str]:
    names = [*(name for each in units.values() for name in (each.id, each.path)), *(id for each in every for id in each.path)]
    return [pattern for pattern in listed(options.include_units) if not _any(names, [pattern])]
