"""What a daemon hands to the process that scans, and what that hands back: one line of JSON each way, through pipes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import orjson

from scanner.config import Accounted, Config, Settings
from scanner.inventory.slots import FAILED, Claim, Slot

NOT_HANDED = {"schedules", "notifications", "broker", "limits"}  # a scan has no part in them, and they hold secrets


@dataclass(frozen=True, slots=True)
class Job:
    """One account's scan: the configuration as the daemon checked it, and the run that it is.

    ``soft``: seconds after which it ends by itself where it can. ``pace``: calls a second that it may send; 0: no limit.
    """

    claim: Claim
    settings: Mapping[str, Any]
    common: Mapping[str, Mapping[str, Any]]
    soft: float
    log: str = "json"
    pace: float = 0.0

    @classmethod
    def of(cls, config: Config, claim: Claim, soft: float, pace: float = 0.0) -> Job:
        mine = tuple(each for each in config.settings.accounts if _is_of(each, claim.slot))  # there may be ten thousand
        chosen = config.settings.model_copy(update={"accounts": mine})
        settings = chosen.model_dump(mode="json", exclude={*NOT_HANDED, "daemon"})
        return cls(claim, settings, config.common, soft, config.settings.daemon.log, pace)

    def packed(self) -> bytes:
        return orjson.dumps(asdict(self)) + b"\n"

    @classmethod
    def unpacked(cls, line: bytes) -> Job:
        row = orjson.loads(line)
        slot = Slot(**{**row["claim"]["slot"], "at": datetime.fromisoformat(row["claim"]["slot"]["at"])})
        return cls(**{**row, "claim": Claim(row["claim"]["pk"], row["claim"]["attempt"], slot)})

    @property
    def config(self) -> Config:
        return Config(Settings(**self.settings), self.common)

    @property
    def name(self) -> str:
        """Return what the logs of this scan have in common."""
        return f"{self.claim.pk}.{self.claim.attempt}"


def _is_of(given: Accounted, slot: Slot) -> bool:
    return given.provider == slot.provider and slot.target in ("", given.name)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scan ended: done, failed, interrupted or lost; what it wrote, and what it counted."""

    state: str = FAILED
    note: str = ""
    accounts: tuple[Mapping[str, Any], ...] = ()
    resources: int = 0
    calls: int = 0
    gaps: Mapping[str, int] = field(default_factory=dict)

    def packed(self) -> bytes:
        return orjson.dumps(asdict(self)) + b"\n"

    @classmethod
    def unpacked(cls, line: bytes) -> Outcome:
        """Return what a process said last. Raises :class:`ValueError` where that is nothing of the kind."""
        try:
            return cls(**orjson.loads(line))
        except TypeError as error:
            raise ValueError(str(error)) from error
