"""A small OpenID Connect provider on loopback: it signs whatever a test wants it to say."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "demarc"


class Provider:
    """What the provider will say next: ``claims`` of the ID token, on top of the usual ones; ``key`` signs."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
        self.claims: dict[str, Any] = {}
        self.nonces: dict[str, str] = {}
        self.exchanged: list[Mapping[str, list[str]]] = []

    def token(self, key: RSAKey | None = None, **claims: Any) -> str:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT, "sub": "ann", "iat": now, "exp": now + 300, "email": "ann@example.org"}
        signing = key or self.key
        given = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return str(jwt.encode({"alg": "RS256", "kid": signing.kid}, given, signing))

    def answer(self, path: str) -> Any:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": self.issuer + "/authorize",
                "token_endpoint": self.issuer + "/token",
                "jwks_uri": self.issuer + "/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        return None

    def exchange(self, form: Mapping[str, list[str]]) -> Any:
        self.exchanged.append(form)
        nonce = self.nonces.get(form["code"][0], "")
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.token(**{"nonce": nonce, **self.claims})}


@contextmanager
def serving() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

        def do_GET(self) -> None:
            self._send(provider.answer(urlsplit(self.path).path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._send(provider.exchange(parse_qs(body)))

        def _send(self, said: Any) -> None:
            body = json.dumps(said).encode()
            self.send_response(200 if said is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(server.server_address[1])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
