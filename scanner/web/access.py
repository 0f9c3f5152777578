"""Who may see what: tokens, groups of an OpenID Connect provider, and the roles and accounts that these give."""

from __future__ import annotations

import hmac
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scanner.errors import UsageError
from scanner.inventory.pages import Sight
from scanner.web.guard import is_loopback

VIEWER, OPERATOR = "viewer", "operator"
ROLES = (VIEWER, OPERATOR)
HASH = 64  # letters of a SHA-256 in hexadecimal
LEAST = 32  # letters of a token that is given in the clear: it is guessed at from outside
LOCAL = "local"
LAST = date(9999, 12, 30)  # the last day that a day follows


class AccessError(UsageError):
    """The access file can't be used. The message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody gets: a role, in the accounts whose ids fit one of the globs."""

    role: str = VIEWER
    accounts: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True)
class Token:
    """A secret that stands for somebody. Only its hash is kept."""

    name: str
    sha256: str
    grant: Grant
    expires: datetime | None = None

    @property
    def mark(self) -> str:
        """What a session remembers of it, so that it ends when the token is another."""
        return self.sha256[:16]

    def holds(self, now: datetime) -> bool:
        return self.expires is None or now < self.expires

    def fits(self, secret: str, now: datetime) -> bool:
        known = hmac.compare_digest(sha256(secret.encode("utf-8", "replace")).hexdigest(), self.sha256)
        return known and self.holds(now)


@dataclass(frozen=True, slots=True)
class Oidc:
    """An OpenID Connect provider. ``audience`` is what tokens for the JSON are made out to: the client, unless said."""

    issuer: str
    client_id: str
    client_secret: str = ""
    audience: str = ""
    groups_claim: str = "groups"
    name_claim: str = "email"
    scopes: str = "openid email profile"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who is let in. ``signed_in``: through a form or a provider, so that there is something to sign out of."""

    name: str
    grants: tuple[Grant, ...]
    signed_in: bool = True

    @property
    def role(self) -> str:
        return OPERATOR if any(each.role == OPERATOR for each in self.grants) else VIEWER

    def operates(self, account_id: str) -> bool:
        """Tell whether they are an operator in an account."""
        return self.sight([{"pk": 0, "account_id": account_id}], OPERATOR) != frozenset()

    @property
    def operates_all(self) -> bool:
        """Whether they are an operator in all accounts, and not only see all of them."""
        return self.sight((), OPERATOR) is None

    def sight(self, accounts: Iterable[Mapping[str, Any]], role: str = VIEWER) -> Sight:
        """Return the accounts in which they have at least *role*; ``None`` where these are all."""
        patterns = [pattern for each in self.grants if role in (VIEWER, each.role) for pattern in each.accounts]
        if "*" in patterns:
            return None
        fitting = [row["pk"] for row in accounts if any(fnmatchcase(row["account_id"], pattern) for pattern in patterns)]
        return frozenset(fitting)


@dataclass(frozen=True, slots=True)
class Access:
    """Everything that an access file says. Empty: whoever gets as far as the port, which is then this machine's own."""

    tokens: tuple[Token, ...] = ()
    groups: Mapping[str, Grant] = field(default_factory=dict)
    oidc: Oidc | None = None

    @property
    def closed(self) -> bool:
        return bool(self.tokens or self.oidc)

    def by_token(self, secret: str, now: datetime) -> Token | None:
        # Every token is compared, whichever fits: how long it takes says nothing.
        fitting = [each for each in self.tokens if each.fits(secret, now)]
        return fitting[0] if fitting else None

    def named(self, token: str, mark: str, now: datetime) -> Principal | None:
        """Return who signed in with the token of that name, if it is still the same and holds."""
        found = next((each for each in self.tokens if (each.name, each.mark) == (token, mark) and each.holds(now)), None)
        return Principal(found.name, (found.grant,)) if found else None

    def member(self, name: str, groups: Iterable[str]) -> Principal | None:
        """Return what the provider's groups give somebody; ``None`` where that is nothing."""
        grants = tuple(self.groups[group] for group in groups if group in self.groups)
        return Principal(name, grants) if grants else None


def load(file: Path | None, environment: Mapping[str, str]) -> Access:
    """Return who may do what: from a file, and the token in ``DEMARC_SERVE_TOKEN``. Raises :class:`AccessError`."""
    raw = _read(file) if file else {}
    if strange := sorted(set(raw) - {"tokens", "groups", "oidc"}):
        raise AccessError(f"{file}: unknown table {strange[0]!r}; there are [[tokens]], [groups.NAME] and [oidc]")
    tokens = [
        _token(each, f"{file}: [[tokens]] {number}") for number, each in enumerate(_listed(raw.get("tokens", []), file), 1)
    ]
    if secret := environment.get("DEMARC_SERVE_TOKEN", "").strip():
        tokens.append(_plain(secret))
    if len({each.name for each in tokens}) < len(tokens):
        raise AccessError(f"{file}: two tokens have one name")
    groups = {name: _grant(each, f"{file}: [groups.{name}]", ()) for name, each in raw.get("groups", {}).items()}
    oidc = _oidc(raw["oidc"], f"{file}: [oidc]", environment) if "oidc" in raw else None
    if oidc and not groups:
        raise AccessError(f"{file}: [oidc] lets nobody in without [groups.NAME]")
    found = Access(tuple(tokens), groups, oidc)
    if file and not found.closed:
        raise AccessError(f"{file}: nobody would have to sign in: there are neither [[tokens]] nor [oidc]")
    return found


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise AccessError(f"{file} can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AccessError(f"{file} isn't TOML: {error}") from error


def _listed(value: object, file: Path | None) -> Sequence[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise AccessError(f"{file}: write [[tokens]]")
    return value


def _plain(secret: str) -> Token:
    if len(secret) < LEAST:
        raise AccessError(f"DEMARC_SERVE_TOKEN has fewer than {LEAST} letters: `openssl rand -hex 32` makes one")
    return Token("DEMARC_SERVE_TOKEN", sha256(secret.encode()).hexdigest(), Grant(OPERATOR))


def _token(given: Mapping[str, Any], where: str) -> Token:
    grant = _grant(given, where, ("name", "sha256", "expires"))
    name, hashed = given.get("name", ""), given.get("sha256", "")
    if not name or not isinstance(name, str):
        raise AccessError(f"{where}: name is missing")
    if not isinstance(hashed, str) or len(hashed) != HASH or set(hashed) - set("0123456789abcdef"):
        raise AccessError(f"{where}: sha256 is the token's hash, {HASH} hexadecimal letters")
    return Token(name, hashed, grant, _end(given.get("expires"), where))


def _end(given: object, where: str) -> datetime | None:
    if given is None:
        return None
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=UTC)
    if isinstance(given, date):
        return datetime.combine(min(given, LAST), time(), UTC) + timedelta(days=1)
    raise AccessError(f"{where}: expires is a date, as 2026-12-31")


def _grant(given: object, where: str, more: tuple[str, ...]) -> Grant:
    if not isinstance(given, dict):
        raise AccessError(f"{where} is a table")
    if strange := sorted(set(given) - {"role", "accounts", *more}):
        raise AccessError(f"{where}: unknown key {strange[0]!r}; there are {', '.join(('role', 'accounts', *more))}")
    role, accounts = given.get("role", VIEWER), given.get("accounts", ["*"])
    if role not in ROLES:
        raise AccessError(f"{where}: role is {' or '.join(ROLES)}")
    if not isinstance(accounts, list) or not all(isinstance(each, str) for each in accounts):
        raise AccessError(f"{where}: accounts is a list of account ids; * stands for anything")
    return Grant(role, tuple(accounts))


def _oidc(given: object, where: str, environment: Mapping[str, str]) -> Oidc:
    known = ("issuer", "client_id", "audience", "groups_claim", "name_claim", "scopes")
    if not isinstance(given, dict) or not all(isinstance(each, str) for each in given.values()):
        raise AccessError(f"{where} is a table of texts")
    if "client_secret" in given:
        raise AccessError(f"{where}: client_secret comes from DEMARC_SERVE_CLIENT_SECRET, not from a file")
    if strange := sorted(set(given) - set(known)):
        raise AccessError(f"{where}: unknown key {strange[0]!r}; there are {', '.join(known)}")
    if missing := [name for name in ("issuer", "client_id") if not given.get(name)]:
        raise AccessError(f"{where}: {missing[0]} is missing")
    address = urlsplit(given["issuer"])
    if address.scheme != "https" and not is_loopback(address.hostname or ""):
        raise AccessError(f"{where}: issuer begins with https://")
    return Oidc(**given, client_secret=environment.get("DEMARC_SERVE_CLIENT_SECRET", ""))
