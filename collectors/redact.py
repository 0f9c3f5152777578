"""Secrets are replaced before they leave a collector: a keyed hash, and what a secret detector thinks of the value."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

# Chosen for what stands in settings; entropy detectors fire on every hash and identifier there.
DETECTORS = (
    "ArtifactoryDetector",
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "BasicAuthDetector",
    "DiscordBotTokenDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "JwtTokenDetector",
    "KeywordDetector",
    "MailchimpDetector",
    "NpmDetector",
    "OpenAIDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
    "SendGridDetector",
    "SlackDetector",
    "SquareOAuthDetector",
    "StripeDetector",
    "TelegramBotTokenDetector",
    "TwilioKeyDetector",
)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Replaces strings by ``{"$secret": {"hash": ..., "detected": [...]}}``.

    ``key`` makes the hashes of one inventory comparable with each other (has it changed? where else is it?) and with
    nothing else.
    """

    key: bytes

    def apply(self, facts: dict[str, Any], paths: Sequence[str]) -> None:
        """Replace, in place, every string at or below the dotted *paths*; ``*`` is any key or list element."""
        for path in paths:
            fact, *steps = path.split(".")
            if fact in facts:
                facts[fact] = self._walk(facts[fact], steps, fact)

    def _walk(self, value: Any, steps: list[str], name: str) -> Any:
        if isinstance(value, str):
            return value if steps else self._hide(name, value)
        if isinstance(value, list):
            rest = steps[1:] if steps and steps[0] == "*" else steps
            return [self._walk(each, rest, name) for each in value]
        if not isinstance(value, dict):
            return value
        if not steps:
            return {key: self._walk(each, [], key) for key, each in value.items()}
        step, *rest = steps
        return {key: self._walk(each, rest, key) if step in ("*", key) else each for key, each in value.items()}

    def _hide(self, name: str, value: str) -> dict[str, Any]:
        digest = hmac.new(self.key, value.encode("utf-8", "surrogatepass"), lambda: blake2b(digest_size=16))
        return {"$secret": {"hash": digest.hexdigest(), "detected": detected(name, value)}}


def detected(name: str, value: str) -> list[str]:
    """Return the names of the detectors that hold *value*, stored under *name*, for a secret; sorted."""
    lines = value.splitlines() or [value]
    named = [f'{name} = "{lines[0]}"'] if len(lines) == 1 else []
    found = {str(plugin.secret_type) for plugin in _plugins() for line in (*lines, *named) if _fires(plugin, line)}
    return sorted(found)


def _fires(plugin: Any, line: str) -> bool:
    return any(plugin.analyze_string(line))


@lru_cache(maxsize=1)
def _plugins() -> tuple[Any, ...]:
    # Imported late: it costs more than everything else a scan of a small account imports.
    from detect_secrets.core.plugins.initialize import from_plugin_classname  # noqa: PLC0415
    from detect_secrets.settings import transient_settings  # noqa: PLC0415

    with transient_settings({"plugins_used": [{"name": name} for name in DETECTORS]}):
        return tuple(from_plugin_classname(name) for name in DETECTORS)
