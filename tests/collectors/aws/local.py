"""A server of a few lines on the loopback address, for what only a real connection shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

Answering = Callable[[str], tuple[int, bytes]]  # from the operation to status and body


@contextmanager
def serving(answer: Answering) -> Iterator[str]:
    """Answer every request by what *answer* says; yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("latin-1")
            target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
            status, answered = answer(target or parse_qs(body).get("Action", [""])[0])
            self.send_response(status)
            self.send_header("Content-Length", str(len(answered)))
            self.end_headers()
            self.wfile.write(answered)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def identity(account: str = "123456789012", partition: str = "aws") -> bytes:
    arn = f"arn:{partition}:iam::{account}:user/somebody"
    return result("GetCallerIdentity", f"<Account>{account}</Account><UserId>A</UserId><Arn>{arn}</Arn>")


def role(expires: str) -> bytes:
    keys = "<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    arn = "arn:aws:sts::123456789012:assumed-role/reader/demarc"
    user = f"<AssumedRoleUser><AssumedRoleId>A:demarc</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser>"
    return result("AssumeRole", f"<Credentials>{keys}<Expiration>{expires}</Expiration></Credentials>{user}")


def result(operation: str, inner: str) -> bytes:
    """Return an answer in the query protocol, which STS and IAM speak."""
    return f"<{operation}Response><{operation}Result>{inner}</{operation}Result></{operation}Response>".encode()


def regions(*names: str) -> bytes:
    """Return EC2's answer that lists these regions."""
    items = "".join(f"<item><regionName>{name}</regionName></item>" for name in names)
    return f"<DescribeRegionsResponse><regionInfo>{items}</regionInfo></DescribeRegionsResponse>".encode()


def refusal(code: str, message: str = "") -> bytes:
    return f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>".encode()


def listing(**answer: object) -> bytes:
    return json.dumps(answer).encode()
