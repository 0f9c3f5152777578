"""What a check is: one pure function, its prose, and the rule that ignorance becomes ``unknown``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import CodeType
from typing import Any

from scanner.model import Inventory, Outcome, Reason, Resource, Severity, Unread, UnreadError, Verdict

Judge = Callable[..., Verdict]
PARAMETERS = ("inventory", "now")


@dataclass(frozen=True, slots=True)
class Check:
    """One question about one resource type, with all that a reader of the finding needs.

    ``needs`` tells what the function takes beside the resource: nothing makes it *local* (its verdict holds as
    long as the resource is unchanged), ``inventory`` relational, ``now`` (the snapshot's own time) dated. ``terraform`` is
    given by custom checks only: of those that are shipped, files beside them tell it.
    """

    id: str
    on: str
    control: str
    severity: Severity
    title: str
    risk: str
    fix: str
    judge: Judge
    needs: tuple[str, ...] = ()
    service: str = ""
    cis: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    version: int = 1
    terraform: Mapping[str, Any] | str | None = field(default=None, compare=False)

    @property
    def area(self) -> str:
        """The control area: a control's name starts with it (``encryption.at_rest``)."""
        return self.control.partition(".")[0]

    @property
    def provider(self) -> str:
        return self.on.partition(".")[0]

    @property
    def local(self) -> bool:
        return not self.needs

    def __call__(self, resource: Resource, inventory: Inventory | None = None, now: datetime | None = None) -> Verdict:
        """Judge *resource*. What nobody could read makes the answer ``unknown``, never a guess."""
        try:
            if not self.needs:
                return _verdict(self.judge(resource))
            given: dict[str, Any] = {"inventory": inventory, "now": now}
            return _verdict(self.judge(resource, **{name: given[name] for name in self.needs}))
        except UnreadError as error:
            return Verdict(Outcome.UNKNOWN, str(error), None, error.fact)
        except Exception as error:  # noqa: BLE001 -- a stranger's data must not end the scan; it is never a pass
            code = type(error).__name__
            unread = Unread(Reason.ERROR, code)
            return Verdict(Outcome.UNKNOWN, f"the check could not read the provider's answer ({code})", None, unread)


def _verdict(said: object) -> Verdict:
    """Refuse what a check that forgot to answer returns."""
    if not isinstance(said, Verdict):
        raise TypeError(said)
    return said


def _parameters(judge: Judge) -> tuple[str, ...]:
    """Return the names of a function's parameters, at a tenth of the cost of a signature: there are many checks to import."""
    code: CodeType = inspect.unwrap(judge).__code__
    extra = bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + extra]


def check(
    id: str,
    *,
    on: str,
    control: str,
    severity: Severity,
    title: str,
    risk: str,
    fix: str,
    service: str = "",
    cis: tuple[str, ...] = (),
    formerly: tuple[str, ...] = (),
    version: int = 1,
    terraform: Mapping[str, Any] | str | None = None,
) -> Callable[[Judge], Check]:
    """Turn a pure function into a :class:`Check`.

    The function takes the resource and, by name, ``inventory`` and ``now`` when it needs them. ``service`` is only
    given where the duty belongs to another service than the resource's own (a detector missing in a region).
    ``cis`` holds ids as ``"v7:3.1.4"``. Raises :class:`TypeError` for a parameter that no runner can give.
    """

    def wrap(judge: Judge) -> Check:
        needs = _parameters(judge)[1:]
        if unknown := set(needs) - set(PARAMETERS):
            raise TypeError(f"{id}: a check takes the resource, inventory and now, not {sorted(unknown)}")
        return Check(id, on, control, severity, title, risk, fix, judge, needs, service, cis, formerly, version, terraform)

    return wrap
