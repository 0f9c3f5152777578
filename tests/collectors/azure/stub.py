"""A small Azure over TLS, for what the engine does with answers: rows, documents and errors are what a test puts into it."""

from __future__ import annotations

import re
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

TENANT = "00000000-0000-0000-0000-00000000000a"
QUERY = "/providers/Microsoft.ResourceGraph/resources"


@dataclass
class Answer:
    """What one request gets. ``cut``: the body breaks off."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    raw: bytes | None = None


def error(status: int, code: str, message: str = "", **headers: str) -> Answer:
    return Answer({"error": {"code": code, "message": message}}, status, {k.replace("_", "-"): v for k, v in headers.items()})


@dataclass
class Stub:
    """``rows`` are the tables, ``documents`` what a GET of a path answers, in small letters; ``faults`` come before both."""

    url: str = ""
    ca_file: str = ""
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, Answer, int]] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    queries: list[dict[str, Any]] = field(default_factory=list)
    tokens: int = 0
    refuse: str = ""

    def fault(self, pattern: str, answer: Answer, times: int = 1 << 30) -> None:
        """Answer requests whose method and path fit *pattern* with *answer*, so many times."""
        self.faults.append((pattern, answer, times))

    def answer(self, method: str, path: str, body: bytes, token: str) -> Answer:
        path = unquote(path)
        if path.endswith("/openid-configuration"):
            base = f"{self.url}/{TENANT}"
            return Answer(
                {"token_endpoint": f"{base}/oauth2/v2.0/token", "authorization_endpoint": base, "issuer": f"{base}/v2.0"}
            )
        if path.endswith("/oauth2/v2.0/token"):
            self.tokens += 1
            return Answer({"token_type": "Bearer", "expires_in": 3600, "access_token": f"token-{self.tokens}"})
        self.sent[f"{method} {path}"] += 1
        if token == self.refuse:
            return error(401, "ExpiredAuthenticationToken")
        for number, (pattern, answer, times) in enumerate(self.faults):
            if times and re.search(pattern, f"{method} {path} {body.decode()}", re.IGNORECASE):
                self.faults[number] = (pattern, answer, times - 1)
                return answer
        if path == QUERY:
            return self._rows(orjson.loads(body))
        found = self.documents.get(path.lower())
        return Answer(found) if found is not None else error(404, "NotFound", "nothing of the kind")

    def _rows(self, asked: dict[str, Any]) -> Answer:
        self.queries.append(asked)
        table, *steps = asked["query"].split("\n| ")
        types = re.findall(r"'([^']+)'", steps[0]) if steps[0].startswith("where type in~ (") else None
        wanted = asked.get("subscriptions")
        held = [
            row
            for row in self.rows.get(table, [])
            if (types is None or row["type"].lower() in types)
            and (wanted is None or not row.get("subscriptionId") or row["subscriptionId"] in wanted)
        ]
        held.sort(key=lambda row: str(row.get("id")))
        options = asked["options"]
        start, size = int(options.get("$skipToken", 0)), options["$top"]
        page = held[start : start + size]
        more = {"$skipToken": str(start + size)} if start + size < len(held) else {}
        return Answer({"totalRecords": len(held), "count": len(page), "data": page, "resultTruncated": "false", **more})


def handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            answer = stub.answer(self.command, urlsplit(self.path).path, body, token)
            payload = orjson.dumps(answer.body) if answer.raw is None else answer.raw
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            if answer.cut:
                self.wfile.write(payload[: len(payload) // 2])
                self.close_connection = True
                return
            self.wfile.write(payload)

        def log_message(self, format: str, *args: Any) -> None: ...

    return Handler


def certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate of localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return pem, private


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what tests are about."""


@contextmanager
def serving(folder: Path) -> Iterator[Callable[[Stub], Stub]]:
    """Serve one stub after the other at one address."""
    pem, private = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    with Quiet(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()

        def at(stub: Stub) -> Stub:
            stub.url, stub.ca_file = f"https://localhost:{server.server_address[1]}", str(pem)
            server.RequestHandlerClass = handler(stub)
            return stub

        yield at
        server.shutdown()
        thread.join()
