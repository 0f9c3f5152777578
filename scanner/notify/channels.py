"""Channels as demarc.toml has them, checked, with their secrets read from where it says: each can send a message."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from pydantic import SecretStr

from scanner.config import ConfigError, Notified
from scanner.inventory.outbox import Interest
from scanner.notify import forms, mail
from scanner.notify.news import news
from scanner.notify.posting import Answer, post

Post = Callable[[str, bytes, Mapping[str, str]], Answer]
SHORTEST = 16  # bytes of a secret that signs


@dataclass(frozen=True, slots=True)
class Channel:
    """One receiver. Its secrets are in no representation of it."""

    name: str
    kind: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    authorization: str = field(repr=False)
    given: Notified
    post: Post = post

    @property
    def interest(self) -> Interest:
        of = self.given
        return Interest(self.name, of.min_severity, frozenset(of.events), of.accounts, of.coverage_drop)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what no log may hold: the values themselves, and what of the address tells who may send."""
        parts = urlsplit(self.url)
        told = (self.url, self.secret, self.authorization, parts.path.strip("/"), parts.query, parts.password or "")
        return tuple(each for each in told if len(each) > len("webhook"))

    def send(self, key: str, body: Mapping[str, Any], now: datetime) -> Answer:
        """Send one message, and tell what came of it; whoever gets it twice knows it by *key*."""
        said = news(body)
        if self.kind == "email":
            return mail.send(self.url, said)
        form = {
            "slack": lambda: forms.slack(said),
            "teams": lambda: forms.teams(said),
            "jira": lambda: forms.jira(said, self.given.project, self.given.issue_type),
            "webhook": lambda: forms.plain(key, said, body),
        }
        packed = orjson.dumps(form[self.kind]())
        return self.post(self.url, packed, {**self._entry(), **self._signed(key, packed, now)})

    def _entry(self) -> dict[str, str]:
        return {"Authorization": self.authorization} if self.authorization else {}

    def _signed(self, key: str, packed: bytes, now: datetime) -> dict[str, str]:
        """Return the headers by which the receiver of a webhook knows us, when it was sent, and what it got before."""
        if self.kind != "webhook":
            return {}
        stamp = str(int(now.timestamp()))
        return {
            "Demarc-Delivery": key,
            "Demarc-Timestamp": stamp,
            **({"Demarc-Signature": f"sha256={signature(self.secret, stamp, packed)}"} if self.secret else {}),
        }


def signature(secret: str, stamp: str, packed: bytes) -> str:
    """Return the HMAC-SHA256 over the time, a dot, and the body, in hex."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + packed, hashlib.sha256).hexdigest()


def channels(given: Iterable[Notified], environment: Mapping[str, str]) -> dict[str, Channel]:
    """Return the channels by name. Raises :class:`ConfigError` for one that can't be used; it tells no secret."""
    return {each.name: _channel(each, environment) for each in given}


def _channel(each: Notified, environment: Mapping[str, str]) -> Channel:
    where = f"notifications: {each.name}"
    url, secret, entry = (
        _secret(value, environment, f"{where}: {name}")
        for name, value in (("url", each.url), ("secret", each.secret), ("authorization", each.authorization))
    )
    _check(each, url, where)
    if entry and _in_the_clear(url):
        raise ConfigError(f"{where}: authorization is sent over https:// only, or to this machine")
    if each.kind == "webhook" and secret and len(secret.encode()) < SHORTEST:
        raise ConfigError(f"{where}: a secret that signs has at least {SHORTEST} bytes")
    return Channel(each.name, each.kind, url, secret, entry, each)


def _secret(value: SecretStr | None, environment: Mapping[str, str], where: str) -> str:
    """Return a value, or what ``env:NAME`` and ``file:/path`` lead to."""
    text = value.get_secret_value() if value else ""
    if text.startswith("env:"):
        name = text.removeprefix("env:")
        if not environment.get(name):
            raise ConfigError(f"{where}: the environment has no {name}")
        return environment[name]
    if text.startswith("file:"):
        path = Path(text.removeprefix("file:"))
        try:
            return path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{where}: {path} can't be read: {getattr(error, 'strerror', None) or 'no text'}") from error
    return text


def _check(each: Notified, url: str, where: str) -> None:
    if each.kind == "email":
        if not mail.fits(url):
            raise ConfigError(f"{where}: an address for mail is mailtos://user:password@server?from=…&to=…")
        return
    if each.kind == "jira" and not each.project:
        raise ConfigError(f"{where}: Jira needs the project's key")
    try:
        parts = urlsplit(url)
        host, scheme = parts.hostname or "", parts.scheme
    except ValueError:
        host = scheme = ""
    if not host or any(ord(letter) <= ord(" ") for letter in url):
        raise ConfigError(f"{where}: its url is none")
    if scheme != "https" and not (scheme == "http" and (each.kind == "webhook" or _loopback(host))):
        raise ConfigError(f"{where}: its url begins with https://")


def _in_the_clear(url: str) -> bool:
    """Tell whether others on the way could read what is sent there."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not _loopback(parts.hostname or "")


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
