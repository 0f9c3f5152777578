"""The simulated AWS: moto behind a front that counts every call, injects faults and answers what moto cannot."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO, StringIO
from tempfile import gettempdir
from threading import Lock, Thread
from typing import Any, Self

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from simulators.aws import estate
from simulators.aws.faults import REFUSALS, Answer, Fault, error, refusal, spoil
from simulators.aws.operations import Request, identify
from simulators.aws.supplement import AMENDMENTS, ANSWERS

Environ = dict[str, Any]


class SimulatedAws:
    """A whole AWS on one loopback address. Use :meth:`start`."""

    account = DEFAULT_ACCOUNT_ID

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._lock = Lock()
        self._faults: list[Fault] = []
        self.calls: Counter[str] = Counter()
        self.unanswered: Counter[str] = Counter()
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True)
        self.endpoint = f"http://127.0.0.1:{self._server.port}"

    @classmethod
    @contextmanager
    def start(cls) -> Iterator[Self]:
        """Serve from a thread until the block ends. moto's state is the process's, so it is emptied first."""
        moto_api_backend.reset()
        simulated = cls()
        thread = Thread(target=simulated._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield simulated
        finally:
            simulated._server.shutdown()
            thread.join()
            simulated._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which a process sees this AWS and no other."""
        nowhere = os.path.join(gettempdir(), "no-such-aws-file")  # noqa: PTH118 -- a name, never opened
        return {
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLEEXAMPLE00",
            "AWS_SECRET_ACCESS_KEY": "example",
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": nowhere,
            "AWS_SHARED_CREDENTIALS_FILE": nowhere,
        }

    def seed(self, scale: int = 1, account: str = DEFAULT_ACCOUNT_ID, region: str = "eu-west-1") -> None:
        """Fill one account with things good and bad; *scale* multiplies their number."""
        estate.seed(self.endpoint, scale, account, region)
        self.reset_calls()

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
            self.unanswered.clear()

    # One request.

    def _serve(self, environ: Environ, start: Any) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ |= {"wsgi.input": BytesIO(body), "wsgi.errors": StringIO()}  # moto prints what it lacks; we count it
        request = identify(
            environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", ""), _headers(environ), body
        )
        answer = self._answer(environ, request)
        headers = [("Content-Type", answer.type), ("Content-Length", str(answer.length or len(answer.body)))]
        headers += [] if answer.length is None else [("Connection", "close")]
        start(f"{answer.status} Answer", headers)
        return [answer.body]

    def _answer(self, environ: Environ, request: Request) -> Answer:
        name = f"{request.service}:{request.operation}"
        with self._lock:
            self.calls[name] += 1
            struck = [fault for fault in self._faults if fault.strikes(request)]
        for fault in struck:
            if fault.kind == "latency":
                time.sleep(fault.seconds)
            if fault.kind in REFUSALS:
                return refusal(fault.kind, request)
        known = ANSWERS.get(name)
        answer = known(request) if known else self._real(environ, request)
        for fault in struck:
            if fault.kind != "latency":
                return spoil(fault.kind, answer)
        return answer

    def _real(self, environ: Environ, request: Request) -> Answer:
        status = 500
        kind = "text/xml"

        def start(given: str, headers: list[tuple[str, str]], *_: object) -> None:
            nonlocal status, kind
            status = int(given.split(maxsplit=1)[0])
            kind = next((value for name, value in headers if name.lower() == "content-type"), kind)

        try:
            body = b"".join(self._moto(environ, start))
        except Exception:  # noqa: BLE001 -- what moto lacks ends in exceptions of many kinds
            body = b""
        if status in (404, 500, 501) and (not body or b"<!doctype html>" in body.lower()[:100]):
            with self._lock:
                self.unanswered[f"{request.service}:{request.operation}"] += 1
            return error(501, "InternalFailure", "the simulator cannot answer this", request)
        amend = AMENDMENTS.get(f"{request.service}:{request.operation}")
        return Answer(status, amend(body) if amend else body, kind)


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    return {name[5:].replace("_", "-").lower(): str(value) for name, value in environ.items() if name.startswith("HTTP_")}
