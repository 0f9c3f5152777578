"""Sends one request and tells what came of it, without ever telling where it went: the address may be a secret."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any

from scanner import __version__

SECONDS = 15.0
MOST = 512  # bytes of an answer that are read


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of sending. ``said`` is one line without secrets; ``wait``: seconds that the receiver asks for.

    ``unfit``: it will not take this message, whatever it does with others.
    """

    delivered: bool
    said: str
    wait: float = 0.0
    unfit: bool = False


UNFIT = {400, 413, 422}
REASONS = {
    "gaierror": "the name of its host is not known",
    "ConnectionRefusedError": "the connection was refused",
    "SSLCertVerificationError": "its certificate can't be verified",
    "TimeoutError": "it did not answer in time",
}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Go nowhere else: what was meant for one receiver is not for another."""

    def redirect_request(self, *_: Any) -> None:
        return None


def post(url: str, body: bytes, headers: Mapping[str, str], seconds: float = SECONDS) -> Answer:
    """POST JSON to an address that was checked before. Never raises for what the network or the receiver does."""
    given = {"Content-Type": "application/json", "User-Agent": f"demarc/{__version__}", **headers}
    request = urllib.request.Request(url, body, given, method="POST")  # noqa: S310 -- its scheme was checked
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=seconds) as answer:
            answer.read(MOST)
            return Answer(delivered=True, said=f"HTTP {answer.status}")
    except urllib.error.HTTPError as error:
        with error:
            return Answer(delivered=False, said=f"HTTP {error.code}", wait=_wait(error.headers), unfit=error.code in UNFIT)
    except (OSError, HTTPException) as error:
        return Answer(delivered=False, said=reason(error))


def reason(error: BaseException) -> str:
    """Return why a receiver can't be reached, in words of ours: an exception may quote the address."""
    inner = getattr(error, "reason", error)
    cause = inner if isinstance(inner, BaseException) else error
    return REASONS.get(type(cause).__name__, f"it can't be reached ({type(cause).__name__})")


def _wait(headers: Message) -> float:
    """Return for how many seconds the receiver asks to be left alone."""
    asked = headers.get("Retry-After", "") if headers else ""
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    try:
        date = parsedate_to_datetime(headers.get("Date", "")) if asked else None
        return max(0.0, (parsedate_to_datetime(asked) - date).total_seconds()) if date else 0.0
    except (TypeError, ValueError):
        return 0.0
