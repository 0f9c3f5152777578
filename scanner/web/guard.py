"""What stands before every page: which hosts are answered, how much is taken in, and what browsers are told to forbid."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000"
KEPT = "public, max-age=31536000, immutable"
THERE = (200, 304)
MOST = 64 * 1024  # bytes of a request's body: all that is ever written here is a few lines
DIGITS = 19
HEALTH = "/healthz"  # asked by whoever runs the container, under any name
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Guard:
    """Refuses requests for other hosts than *hosts* (empty: any), and bodies that nobody here sends; adds headers."""

    def __init__(self, app: ASGIApp, *, hosts: Collection[str] = (), secure: bool = False) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), scope["path"], message["status"])
            await send(message)

        refusal = self._refusal(Headers(scope=scope), scope["path"])
        await (refusal or self.app)(scope, receive, answer)

    def _refusal(self, headers: Headers, path: str) -> PlainTextResponse | None:
        if self.hosts and path != HEALTH and host(headers.get("host", "")) not in self.hosts:
            return PlainTextResponse("This host is not served here.\n", 421)
        length = headers.get("content-length", "0")
        if (
            "transfer-encoding" in headers
            or not length.isascii()
            or not length.isdigit()
            or len(length) > DIGITS
            or int(length) > MOST
        ):
            return PlainTextResponse("That is too much.\n", 413)
        return None

    def _add(self, headers: MutableHeaders, path: str, status: int) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if self.secure:
            headers.setdefault("Strict-Transport-Security", HSTS)
        headers.setdefault("Cache-Control", KEPT if path.startswith("/static/") and status in THERE else "no-store")


def host(given: str) -> str:
    """Return the name in a Host header, without its port, in small letters."""
    name = given.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0].removeprefix("[")
    return name.rpartition(":")[0] if ":" in name else name


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
