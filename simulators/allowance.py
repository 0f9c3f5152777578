"""What a provider lets through of many requests: so many a second, and that many at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic


@dataclass
class Allowance:
    """A bucket of tokens that fills by *rate* a second, as AWS and Azure have them. Source: "Request throttling" of EC2."""

    rate: float
    _tokens: float = field(default=0.0, init=False)
    _filled: float = field(default=0.0, init=False)

    def spares(self) -> bool:
        """Take a token, if there is one."""
        now = monotonic()
        gained = (now - self._filled) * self.rate if self._filled else self.rate
        self._filled = now
        self._tokens = min(self._tokens + gained, max(self.rate, 1.0))
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
