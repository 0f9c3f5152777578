"""Secrets are replaced before they leave a collector: a keyed hash, and what a secret detector thinks of the value."""

from __future__ import annotations

import base64
import hmac
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from threading import Lock
from typing import Any

from collectors.evident import possible, replaced

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
# What scripts and settings within a value assign without quotes, which keyword detectors ask for.
ASSIGNED = re.compile(r"""([\w.-]+)[ \t]*[=:][ \t]*(\w[^\s"']{5,})""")
# Names of settings that tell where a secret is kept, which is no secret.
REFERENCE = re.compile(r".*(arn|file|id|name|path|uri|url)", re.IGNORECASE)
# What is switched, under whatever name: PASSWORD_POLICY_ENABLED=true.
SWITCH = re.compile(r"true|false|yes|no|on|off|enabled|disabled", re.IGNORECASE)
# Of a name and its value, side by side, the value's key says nothing: what stands before it in one of these does.
VALUE = "value"
BESIDE = ("", "option", "parameter", "display")
LABELS = ("name", "key")
LABEL = re.compile(r"[\w.:/-]{1,256}")
PROPERTIES = "properties"  # Azure keeps the value in there, and the name outside
UNPACKED = 1 << 20  # bytes to which a packed value is unpacked at most
GZIP = b"\x1f\x8b"
GZIP_WINDOW = zlib.MAX_WBITS | 16


@dataclass(frozen=True, slots=True)
class Redactor:
    """Replaces declared secrets by ``{"$secret": {"hash": ..., "detected": [...]}}``, evident ones within their text.

    ``key`` makes the hashes of one inventory comparable with each other (has it changed? where else is it?) and with
    nothing else.
    """

    key: bytes = field(repr=False)

    def sweep(self, value: Any) -> Any:
        """Return *value* with what is evidently a secret, in places that nobody declared, replaced by its kind and hash."""
        return self._swept(value) if possible(value) else value

    def _swept(self, value: Any) -> Any:
        if isinstance(value, str):
            return replaced(value, self._mark)
        if isinstance(value, dict):
            return {key: self._swept(each) for key, each in value.items()}
        return [self._swept(each) for each in value] if isinstance(value, list) else value

    def apply(self, facts: dict[str, Any], paths: Sequence[str]) -> None:
        """Replace, in place, every text and number at or below the dotted *paths*; ``*`` is any key or list element."""
        for path in paths:
            fact, *steps = path.split(".")
            if fact in facts:
                facts[fact] = self._walk(facts[fact], steps, fact)

    def _walk(self, value: Any, steps: list[str], name: str) -> Any:
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return value if steps else self._hide(name, str(value))
        if isinstance(value, list):
            rest = steps[1:] if steps and steps[0] == "*" else steps
            return [self._walk(each, rest, name) for each in value]
        if not isinstance(value, dict):
            return value
        step, *rest = steps or ["*"]
        walked = {key: self._walk(value[key], rest, _called(value, key, name)) for key in value if step in ("*", key)}
        return {**value, **walked}

    def _hide(self, name: str, value: str) -> dict[str, Any]:
        return {"$secret": {"hash": self._hash(value), "detected": list(detected(name, value))}}

    def _mark(self, kind: str, secret: str) -> str:
        return f"[secret: {kind} {self._hash(secret)}]"

    def _hash(self, value: str) -> str:
        return hmac.new(self.key, value.encode("utf-8", "surrogatepass"), lambda: blake2b(digest_size=16)).hexdigest()


def _called(holder: dict[str, Any], key: str, name: str) -> str:
    """Return what the value under *key* is called: by the name beside it, or as its *holder* where it is just a value."""
    small = key.lower()
    if not small.endswith(VALUE) and small != PROPERTIES:
        return key
    told = {each.lower(): text for each, text in holder.items() if isinstance(text, str) and LABEL.fullmatch(text)}
    stems = (small.removesuffix(VALUE), *BESIDE)
    beside = (told[stem + label] for stem in stems for label in LABELS if stem + label in told)
    return next(beside, name if small == VALUE else key)


@lru_cache(maxsize=1024)  # machines of one fleet share their user data
def detected(name: str, value: str) -> list[str]:
    """Return the names of the detectors that hold *value*, stored under *name*, for a secret; sorted."""
    lines = [line for text in _texts(value) for line in _lines(name, text)]
    return sorted({str(plugin.secret_type) for plugin in _plugins() for line in lines if _fires(plugin, line)})


def _texts(value: str) -> Iterator[str]:
    """Yield *value* and, where it is base64, the text within, packed or not: user data, files, settings."""
    yield value
    try:
        raw = base64.b64decode(value, validate=True)
        if raw.startswith(GZIP):
            yield zlib.decompressobj(GZIP_WINDOW).decompress(raw, UNPACKED).decode("utf-8", "replace")
        else:
            yield raw.decode()
    except (ValueError, zlib.error):  # no base64, or no text
        return


def _lines(name: str, text: str) -> Iterator[str]:
    """Yield what the detectors read: each line, and what is assigned to a name that isn't a reference, in quotes."""
    lines = text.splitlines() or [text]
    assigned = [(name, text)] if len(lines) == 1 else []
    yield from lines
    for word, given in (*assigned, *(pair for line in lines for pair in ASSIGNED.findall(line))):
        if not (REFERENCE.fullmatch(word) or SWITCH.fullmatch(given) or given.startswith("arn:")):
            yield f'{word} = "{given}"'


def _fires(plugin: Any, line: str) -> bool:
    return any(plugin.analyze_string(line))


_LOADING = Lock()  # the detectors' settings are their module's, not a thread's


def _plugins() -> tuple[Any, ...]:
    with _LOADING:
        return _loaded()


@lru_cache(maxsize=1)
def _loaded() -> tuple[Any, ...]:
    # Imported late: it costs more than everything else a scan of a small account imports.
    from detect_secrets.core.plugins.initialize import from_plugin_classname  # noqa: PLC0415
    from detect_secrets.settings import transient_settings  # noqa: PLC0415

    with transient_settings({"plugins_used": [{"name": name} for name in DETECTORS]}):
        return tuple(from_plugin_classname(name) for name in DETECTORS)
