"""What shows by its form alone that it is a secret, wherever it stands: the net under the paths that specs declare.

Only forms that hardly anything else has: a name, a hash or a policy must come out as it went in. The sources are the
makers' own words on their formats: GitHub, "GitHub's token formats"; GitLab, "Token prefixes"; Slack, Stripe, SendGrid,
npm, PyPI, OpenAI and Azure on their keys; RFC 7468 for keys in PEM, RFC 7519 for JWT, RFC 3986 for user information.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import orjson

_AWS = ("SecretAccess", "secretAccess", "secret_access", "SECRET_ACCESS", "Secret", "secret", "SECRET")
# Kind, as the detectors in redact.py name it so that both count as one; what to look for first, which is cheap; the form.
FORMS = (
    (
        "Private Key",
        ("PRIVATE KEY",),
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]+-----|\Z)",
    ),
    (
        "GitHub Token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{36,255})",
    ),
    (
        "GitLab Token",
        ("glpat-", "gldt-", "glrt-", "glft-", "glsoat-", "glcbt-"),
        r"\bgl(?:pat|dt|rt|ft|soat|cbt)-[A-Za-z0-9_-]{20,64}",
    ),
    ("JSON Web Token", (".eyJ",), r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    (
        "Slack Token",
        (*(f"xox{kind}-" for kind in "abeoprs"), "hooks.slack.com"),
        r"\bxox[abeoprs]-[A-Za-z0-9-]{10,250}|hooks\.slack\.com/services/T[A-Za-z0-9_/]{20,}",
    ),
    ("Stripe Access Key", ("k_live_",), r"\b[rs]k_live_[A-Za-z0-9]{24,250}"),
    ("SendGrid API Key", ("SG.",), r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("NPM tokens", ("npm_",), r"\bnpm_[A-Za-z0-9]{36}"),
    ("PyPI Token", ("pypi-AgE",), r"\bpypi-AgE[A-Za-z0-9_-]{50,}"),
    ("OpenAI Token", ("T3BlbkFJ",), r"\bsk-[A-Za-z0-9_-]*T3BlbkFJ[A-Za-z0-9_-]{20,}"),
    ("Azure Storage Account access key", ("AccountKey=",), r"(?<=AccountKey=)[A-Za-z0-9+/]{86}=="),
    (
        "AWS Access Key",
        tuple(f"{name}{key}" for name in _AWS for key in ("Key", "_key", "_KEY")),
        rf"(?:{'|'.join(_AWS)})(?:Key|_key|_KEY)[\"'\s:=]{{1,5}}[A-Za-z0-9/+]{{40}}(?![A-Za-z0-9/+])",
    ),
    ("Basic Auth Credentials", ("://",), r"(?<=://)[^\s/?#@:\"']*:(?![${<])[^\s/?#@\"']+(?=@)"),
)
_ADDRESS = "://"  # a sign that nearly every answer holds: there has to be a password in one of its addresses
_WITH_PASSWORD = rb"://[^\s/?#@:\"']*:[^\s/?#@\"']+@"
# What most signs hold. Each answer is searched once for each of these, and once for each sign that holds none.
_ANCHORS = ("Key", "_", "-", ".")


def _scans(signs: Iterable[str]) -> Iterator[bytes]:
    """Yield patterns of which one fits wherever one of *signs* stands, and hardly elsewhere.

    Each begins with a fixed text, for which ``re`` searches faster than anything else does; what stands before it is
    looked back at, as far as the shortest of the signs goes.
    """
    around: dict[str, dict[str, list[str]]] = {}
    for sign in signs:
        anchor = next((each for each in _ANCHORS if each in sign), sign)
        before, _, after = sign.rpartition(anchor)
        around.setdefault(anchor, {}).setdefault(after, []).append(before)
    for anchor, ends in around.items():
        ways = [f"{re.escape(after)}{_looking_back(anchor + after, before)}" for after, before in ends.items()]
        yield f"{re.escape(anchor)}(?:{'|'.join(ways)})".encode()


def _looking_back(end: str, before: Sequence[str]) -> str:
    width = min(map(len, before))
    tails = sorted({each[len(each) - width :] for each in before})
    return f"(?<={'|'.join(re.escape(tail + end) for tail in tails)})" if width else ""


_SCANS = tuple(
    re.compile(each).search
    for each in (*_scans(sign for _, signs, _ in FORMS for sign in signs if sign != _ADDRESS), _WITH_PASSWORD)
)
_FORMS = tuple((kind, signs, re.compile(form)) for kind, signs, form in FORMS)


def possible(value: Any) -> bool:
    """Tell, at little cost, whether there may be a secret anywhere in *value*, which is JSON data."""
    try:
        text = orjson.dumps(value)
    except TypeError:  # what JSON has no bytes for, like half a surrogate pair
        return True
    return any(scan(text) for scan in _SCANS)


def replaced(text: str, by: Callable[[str, str], str]) -> str:
    """Return *text* with each secret in it, and nothing around it, replaced by what *by* makes of its kind and itself."""
    for kind, signs, form in _FORMS:
        if any(sign in text for sign in signs):
            text = form.sub(lambda found, kind=kind: by(kind, found[0]), text)  # type: ignore[misc]
    return text
