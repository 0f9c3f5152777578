"""Tokens of an OpenID Connect provider: who made them out, to whom, until when, and in which groups their owner is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from scanner.errors import UserError
from scanner.web.access import Access, Oidc, Principal

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY = 60  # seconds by which clocks may differ
SECONDS = 10  # how long the provider may take
KEPT = timedelta(hours=1)
AGAIN = timedelta(minutes=1)  # an unknown key makes us ask again, but not more often
PAUSE = timedelta(seconds=10)  # after a failure nobody waits for another one: whoever sends a token makes us ask


class IssuerError(UserError):
    """The provider can't be asked. The message is one line for the user."""


class Issuer:
    """An OpenID Connect provider, and the keys with which it signs."""

    def __init__(self, oidc: Oidc, access: Access) -> None:
        self.oidc = oidc
        self._access = access
        self._lock = Lock()
        self._keys: KeySet | None = None
        self._read_at: datetime | None = None
        self._failed_at: datetime | None = None

    @property
    def metadata_url(self) -> str:
        return self.oidc.issuer.rstrip("/") + "/.well-known/openid-configuration"

    def principal(self, token: str, now: datetime) -> Principal | None:
        """Return who a token for the JSON stands for; ``None`` where it is not good for that."""
        claims = self.claims(token, self.oidc.audience or self.oidc.client_id, now)
        return self.member(claims) if claims else None

    def member(self, claims: Mapping[str, Any]) -> Principal | None:
        """Return what the groups in some claims give; ``None`` where that is nothing."""
        return self._access.member(self.name(claims), self.groups(claims))

    def name(self, claims: Mapping[str, Any]) -> str:
        return str(claims.get(self.oidc.name_claim) or claims.get("sub", ""))

    def groups(self, claims: Mapping[str, Any]) -> list[str]:
        given = claims.get(self.oidc.groups_claim, [])
        return [str(each) for each in given] if isinstance(given, list) else [str(given)]

    def claims(self, token: str, audience: str, now: datetime) -> Mapping[str, Any] | None:
        """Return what a token says, if this provider signed it, it is made out to *audience*, and it holds now."""
        from joserfc import jwt  # noqa: PLC0415 -- only who lets a provider sign people in pays for cryptography
        from joserfc.errors import InvalidKeyIdError, JoseError  # noqa: PLC0415

        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.oidc.issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            try:
                read = jwt.decode(token, self._known(now), ALGORITHMS)
            except InvalidKeyIdError:
                read = jwt.decode(token, self._known(now, kept=AGAIN), ALGORITHMS)
            registry.validate(read.claims)
        except (JoseError, ValueError, TypeError):  # the last for headers that are no texts
            return None
        return read.claims

    def _known(self, now: datetime, kept: timedelta = KEPT) -> KeySet:
        with self._lock:
            if self._keys is None or self._read_at is None or now - self._read_at > kept:
                self._keys, self._read_at = self._asked(now), now
            return self._keys

    def _asked(self, now: datetime) -> KeySet:
        if self._failed_at is not None and now - self._failed_at < PAUSE:
            raise IssuerError(f"{self.oidc.issuer} could not be asked for its keys a moment ago")
        try:
            return self._fetched()
        except IssuerError:
            self._failed_at = now
            raise

    def _fetched(self) -> KeySet:
        import httpx  # noqa: PLC0415 -- as above
        from joserfc.errors import JoseError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        try:
            with httpx.Client(timeout=SECONDS, follow_redirects=False) as client:
                metadata = client.get(self.metadata_url).raise_for_status().json()
                if metadata.get("issuer") != self.oidc.issuer:
                    raise IssuerError(f"{self.metadata_url} speaks for another issuer")
                return KeySet.import_key_set(client.get(metadata["jwks_uri"]).raise_for_status().json())
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, AttributeError, JoseError) as error:
            raise IssuerError(f"{self.oidc.issuer} can't be asked for its keys: {type(error).__name__}") from error
