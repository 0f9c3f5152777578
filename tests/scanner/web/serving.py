"""A dashboard without a network: requests go straight into the application."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import anyio
import httpx
from fastapi import FastAPI

from scanner.inventory.store import Store
from scanner.web.access import Access, Grant, Token
from scanner.web.app import create
from tests.scanner.web.estate import NOW

SECRET = "s" * 40


def token(name: str, secret: str, *accounts: str, role: str = "viewer", **more: Any) -> Token:
    return Token(name, sha256(secret.encode()).hexdigest(), Grant(role, accounts or ("*",)), **more)


class Served:
    """A browser without eyes: it keeps cookies, and follows nothing by itself."""

    def __init__(self, app: FastAPI, base: str = "http://127.0.0.1") -> None:
        self.app = app
        self.base = base
        self.cookies = httpx.Cookies()

    def send(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> httpx.Response:
        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, client=("10.0.0.9", 50000))
            async with httpx.AsyncClient(transport=transport, base_url=self.base, cookies=self.cookies) as client:
                answer = await client.request(method, path, headers=headers, **more)
                self.cookies = client.cookies
                return answer

        return anyio.run(sent)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.send("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, path: str, **data: str) -> httpx.Response:
        return self.send("POST", path, data=data)

    def form(self, page: str, action: str, **data: str) -> httpx.Response:
        """Send a form as the page holds it."""
        return self.post(action, csrf=csrf(self.get(page).text), **data)


def csrf(html: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found, html
    return found[1]


def served(store: Store, access: Access | None = None, **more: Any) -> Served:
    given: dict[str, Any] = {"hosts": ("127.0.0.1",), "clock": lambda: NOW, **more}
    return Served(create(store, access, **given))
