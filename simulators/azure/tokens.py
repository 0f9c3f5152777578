"""Entra's token endpoint: who is let in, for how long, and what it says to the others.

Sources of errors: "Microsoft Entra authentication and authorization error codes"; reports of users for their whole bodies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

from simulators.azure.operations import Request
from simulators.listener import Answer

CLIENT = "c11e0000-0000-4000-8000-00000000000d"
SECRET = "simulated"
SUBJECT = "a token of somebody else's"
"""What a workload identity shows instead of a secret."""
LIFE = 3599.0
# HTTP status, OAuth error, code, message.
ERRORS: dict[str, tuple[int, str, int, str]] = {
    "tenant": (
        400,
        "invalid_request",
        90002,
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID.",
    ),
    "client": (
        400,
        "unauthorized_client",
        700016,
        "Application with identifier '{client}' was not found in the directory '{tenant}'.",
    ),
    "secret": (
        401,
        "invalid_client",
        7000215,
        "Invalid client secret provided. Ensure it is the client secret value, not the client secret ID, of app '{client}'.",
    ),
    "secret_expired": (
        401,
        "invalid_client",
        7000222,
        "The provided client secret keys for app '{client}' are expired.",
    ),
    "application_disabled": (400, "unauthorized_client", 7000112, "Application '{client}'(demarc) is disabled."),
    "subject": (
        400,
        "invalid_request",
        70021,
        "No matching federated identity record found for presented assertion.",
    ),
    "scope": (400, "invalid_scope", 70011, "The provided request must include a 'scope' input parameter."),
    "grant": (400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type."),
    "unavailable": (503, "temporarily_unavailable", 90033, "A transient error has occurred. Please try again."),
}


@dataclass
class Tokens:
    """Which tokens are out. ``life`` is how many seconds new ones are good for; ``refuses`` how all are refused, if so."""

    base: str
    tenant: str
    life: float = LIFE
    refuses: str = ""
    secret: str = SECRET
    client: str = CLIENT
    _out: dict[str, tuple[float, str]] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def discovery(self, request: Request) -> Answer:
        """Answer where things are. Only libraries that don't trust a foreign authority ask for /common/discovery/instance."""
        tenant = request.path.split("/")[1]
        if tenant.lower() not in (self.tenant, "common", "organizations"):
            return self._refusal("tenant", tenant=tenant)
        at = f"{self.base}/{tenant}"
        known = {
            "token_endpoint": f"{at}/oauth2/v2.0/token",
            "authorization_endpoint": f"{at}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{at}/oauth2/v2.0/devicecode",
            "issuer": f"{at}/v2.0",
            "tenant_region_scope": "EU",
        }
        return Answer(200, json.dumps(known).encode())

    def answer(self, request: Request) -> Answer:
        """Answer a request for a token."""
        if self.refuses:
            return self._refusal(self.refuses)
        if request.name == "token:managed_identity":
            return self._managed(request)
        given = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        tenant, client = request.path.split("/")[1], given.get("client_id", "")
        wrong = self._wrong(tenant, client, given)
        if wrong:
            return self._refusal(wrong, tenant=tenant, client=client)
        audience = given["scope"].split()[0].removesuffix("/.default").rstrip("/")
        expires = int(self.life)
        told = {"token_type": "Bearer", "expires_in": expires, "ext_expires_in": expires, "access_token": self._issue(audience)}
        return Answer(200, json.dumps(told).encode())

    def _wrong(self, tenant: str, client: str, given: Mapping[str, str]) -> str:
        if tenant.lower() != self.tenant:
            return "tenant"
        if given.get("grant_type") != "client_credentials":
            return "grant"
        if client.lower() != self.client:
            return "client"
        if not given.get("scope"):
            return "scope"
        if "client_assertion" in given:
            return "" if given["client_assertion"] == SUBJECT or given["client_assertion"].count(".") == 2 else "subject"
        return "" if given.get("client_secret") == self.secret else "secret"

    def _managed(self, request: Request) -> Answer:
        """Answer as App Service does. Source: "How to use managed identities for App Service", REST reference."""
        token = self._issue(request.one("resource").rstrip("/"))
        told = {
            "access_token": token,
            "expires_on": str(int(datetime.now(UTC).timestamp() + self.life)),
            "resource": request.one("resource"),
            "token_type": "Bearer",
            "client_id": self.client,
        }
        return Answer(200, json.dumps(told).encode())

    def _issue(self, audience: str) -> str:
        token = f"simulated-{next(self._numbers)}"
        self._out[token] = monotonic() + self.life, audience
        return token

    def revoke(self) -> None:
        """Have every token that is out be expired from now on."""
        self._out = {token: (0.0, audience) for token, (_, audience) in self._out.items()}

    def state(self, authorization: str) -> str:
        """Return what is wrong with an Authorization header: ``unauthenticated``, ``expired``, or nothing."""
        known = self._out.get(authorization.removeprefix("Bearer "))
        if known is None or not authorization.startswith("Bearer "):
            return "unauthenticated"
        return "" if known[0] > monotonic() else "expired"

    def audience(self, authorization: str) -> str:
        return self._out[authorization.removeprefix("Bearer ")][1]

    def _refusal(self, what: str, **words: str) -> Answer:
        status, name, code, message = ERRORS[what]
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        said = message.format_map({"tenant": self.tenant, "client": self.client} | words)
        zero = "00000000-0000-0000-0000-000000000000"
        told: dict[str, Any] = {
            "error": name,
            "error_description": f"AADSTS{code}: {said} Trace ID: {zero} Correlation ID: {zero} Timestamp: {now}",
            "error_codes": [code],
            "timestamp": now,
            "trace_id": zero,
            "correlation_id": zero,
            "error_uri": f"{self.base}/error?code={code}",
        }
        return Answer(status, json.dumps(told).encode())


def write_subject(folder: Path) -> Path:
    """Write the file that holds a workload identity's token, and return where."""
    file = folder / "subject"
    file.write_text(SUBJECT, "utf-8")
    return file
