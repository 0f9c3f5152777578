"""The simulated Google Cloud: Asset Inventory over REST, and where tokens come from; counts calls and injects faults."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from simulators.gcp import identity
from simulators.gcp.estate import ORGANIZATION, Estate, organization
from simulators.gcp.faults import REFUSALS, Answer, Fault, error, refusal, spoiled
from simulators.gcp.fleet import Fleet
from simulators.gcp.inventory import SECTIONS, InvalidError, Inventory, Query, Version
from simulators.listener import serving

LISTING = "/v1/"


class SimulatedGcp:
    """An organization on one loopback address. Use :meth:`start`.

    ``calls`` counts what came over the wire by operation and content; ``estate`` may be changed by whoever tests.
    """

    organization = ORGANIZATION.number

    def __init__(self, port: int, folder: Path, assets: int = 0, projects: int = 0) -> None:
        self._lock = Lock()
        self._faults: list[Fault] = []
        self.calls: Counter[str] = Counter()
        self.asked: list[Mapping[str, list[str]]] = []
        self.senders: Counter[str] = Counter()
        self.estate = organization(Estate(), projects)
        self._assets = assets
        self.inventory = Inventory([self._version(self.estate, datetime.min.replace(tzinfo=UTC))])
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self._answer))
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self.credentials = identity.write(folder, self.endpoint)

    @classmethod
    @contextmanager
    def start(cls, port: int = 0, assets: int = 0, projects: int = 0) -> Iterator[Self]:
        """Serve from a thread until the block ends."""
        with TemporaryDirectory(prefix="demarc-gcp-simulator-") as folder:
            simulated = cls(port, Path(folder), assets, projects)
            with serving(simulated._server):
                yield simulated

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which a process sees this Google Cloud and no other."""
        return {
            "GOOGLE_APPLICATION_CREDENTIALS": str(self.credentials["service_account"]),
            "GOOGLE_CLOUD_PROJECT": "shop-prod",
            "NO_GCE_CHECK": "true",
            "DEMARC_GCP_ENDPOINT_URL": self.endpoint,
        }

    def fault(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Take all faults away."""
        with self._lock:
            self._faults.clear()

    def reset_calls(self) -> None:
        with self._lock:
            self.calls.clear()
            self.asked.clear()
            self.senders.clear()

    def changed(self, estate: Estate, days_ago: float = 0.0) -> None:
        """Have *estate* be what there is from a time on. An earlier version is what it was before."""
        self.inventory.versions.append(self._version(estate, datetime.now(UTC) - timedelta(days=days_ago)))
        self.inventory.versions.sort(key=lambda each: each.since)

    def refresh(self) -> None:
        """Forget prepared pages after the estate was changed in place."""
        self.inventory = Inventory([self._version(self.estate, datetime.min.replace(tzinfo=UTC))])

    def _version(self, estate: Estate, since: datetime) -> Version:
        return Version(since, estate, Fleet(estate, self._assets))

    # One request.

    def _answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        url = urlsplit(target)
        if method == "POST":
            return self._token(url.path, headers, body)
        if method != "GET" or not url.path.startswith(LISTING) or not url.path.endswith("/assets"):
            return error(404, "NOT_FOUND", f"{method} {url.path} is not simulated")
        given = parse_qs(url.query)
        with self._lock:
            self.asked.append(given)
            self.senders[headers.get("x-goog-user-project", "")] += 1
        query = Query(
            unquote(url.path.removeprefix(LISTING).removesuffix("/assets")),
            given.get("contentType", ["CONTENT_TYPE_UNSPECIFIED"])[0],
            tuple(given.get("assetTypes", ())),
            given.get("readTime", [""])[0],
            min(1000, int(given.get("pageSize", ["100"])[0])),
            given.get("pageToken", [""])[0],
        )
        return self.answered(query, authorized=bool(identity.known(headers.get("authorization", ""))))

    def answered(self, query: Query, *, authorized: bool = True) -> Answer:
        """Return the answer to one request, counted, with the faults that strike it."""
        with self._lock:
            self.calls[f"cloudasset:ListAssets:{query.content}"] += 1
            struck = [fault for fault in self._faults if fault.strikes(query.content, query.parent, query.size)]
        if not authorized:
            return refusal("unauthenticated")
        for fault in struck:
            if fault.kind == "latency":
                time.sleep(fault.seconds)
            if fault.kind in REFUSALS:
                return refusal(fault.kind)
        answer = self._listed(query)
        return next((spoiled(fault.kind, answer) for fault in struck if fault.kind != "latency"), answer)

    def _listed(self, query: Query) -> Answer:
        if query.content not in SECTIONS:
            return error(400, "INVALID_ARGUMENT", f"content_type: {query.content}")
        try:
            return Answer(200, self.inventory.listed(query))
        except InvalidError as invalid:
            return error(400, "INVALID_ARGUMENT", str(invalid))
        except KeyError:  # Google does not tell what does not exist from what one may not see
            return refusal("denied")

    def _token(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        with self._lock:
            self.calls[f"token:{path.rpartition('/')[2]}"] += 1
            struck = [fault for fault in self._faults if fault.strikes("token", path, 1)]
        if struck:
            return Answer(400, json.dumps({"error": "invalid_grant", "error_description": "Account is disabled"}).encode())
        found = identity.token(path, headers.get("authorization", ""), body)
        return Answer(200, json.dumps(found).encode()) if found else refusal("denied")


def _handler(answer: Callable[[str, str, Mapping[str, str], bytes], Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            made = answer(self.command, self.path, headers, body)
            if not made.status:
                self.close_connection = True
                return
            self.send_response(made.status)
            self.send_header("Content-Type", made.type)
            self.send_header("Content-Length", str(len(made.body) if made.length is None else made.length))
            self.end_headers()
            self.wfile.write(made.body)
            self.close_connection = self.close_connection or made.length is not None

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_one  # noqa: N815 -- the names that http.server calls

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: every request is counted instead."""

    return Handler
