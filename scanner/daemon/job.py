"""What a daemon hands to the process that scans, and what that hands back: one line of JSON each way, through pipes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import orjson

from scanner.config import Config, Settings
from scanner.inventory.slots import FAILED, Claim, Slot

NOT_HANDED = {"schedules", "notifications"}  # a scan has no part in them, and they hold secrets


@dataclass(frozen=True, slots=True)
class Job:
    """One account's scan: the configuration as the daemon checked it, and the run that it is. ``soft``: seconds."""

    claim: Claim
    settings: Mapping[str, Any]
    common: Mapping[str, Mapping[str, Any]]
    soft: float
    log: str = "json"

    @classmethod
    def of(cls, config: Config, claim: Claim, soft: float) -> Job:
        settings = config.settings.model_dump(mode="json", exclude={*NOT_HANDED, "daemon"})
        return cls(claim, settings, config.common, soft, config.settings.daemon.log)

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
