"""The simulated Azure: one tenant on one loopback address over TLS; counts every call, injects faults, writes nothing."""

from __future__ import annotations

import json
import re
import ssl
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, Self

from simulators.azure import certificate, tokens
from simulators.azure.arm import ResourceManager
from simulators.azure.estate import TENANT, Estate, tenant
from simulators.azure.faults import LATE, REFUSALS, Fault, error, refusal, spoiled
from simulators.azure.fleet import Fleet
from simulators.azure.graph import Directory
from simulators.azure.operations import Request, identify
from simulators.azure.query import QUOTA_HEADERS, VERSIONS, ResourceGraph
from simulators.listener import Answer, Listener, Received, serving

READER: Sequence[dict[str, Any]] = ({"actions": ["*/read"], "notActions": [], "dataActions": [], "notDataActions": []},)
HEADERS = {"Content-Type": "application/json; charset=utf-8", "x-ms-request-id": "simulated"}
QUOTA_SECONDS = 5.0
QUOTA = 15
"""How many queries a user has in five seconds. Source: Resource Graph, "Guidance for throttled requests"."""
AUDIENCES = {
    "arm": ("https://management.azure.com", "https://management.core.windows.net"),
    "resourcegraph": ("https://management.azure.com", "https://management.core.windows.net"),
    "graph": ("https://graph.microsoft.com",),
}


class SimulatedAzure:
    """A tenant with subscriptions. Use :meth:`start`.

    - ``calls`` counts what came over the wire, by operation; ``writes`` what was no read, and was refused.
    - ``estate`` may be changed by whoever tests; :meth:`refresh` then.
    - ``tokens`` tells how long tokens live; ``arm.page`` and ``graph.page`` how long lists are; ``graph.permissions`` and
      ``graph.licence`` what our application was granted, and what the tenant has paid for.
    - ``quota``: whether queries are refused beyond Resource Graph's quota.
    """

    tenant = TENANT

    def __init__(self, port: int, folder: Path, resources: int = 0, subscriptions: int = 0) -> None:
        self._lock = Lock()
        self._faults: list[Fault] = []
        self._roles: dict[str, Sequence[dict[str, Any]]] = {}
        self.calls: Counter[str] = Counter()
        self.writes: Counter[str] = Counter()
        self.queries: list[Any] = []
        self.quota = False
        self._spent: list[float] = []
        self.estate = tenant(Estate(), subscriptions)
        self.fleet = Fleet(self.estate, resources)
        ca_file, key = certificate.write(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(ca_file, key)
        self._listener = Listener(port, self._answer, context, HEADERS)
        self.ca_file = str(ca_file)
        self.endpoint = self.authority = f"https://localhost:{self._listener.server_address[1]}"
        self.subject_file = str(tokens.write_subject(folder))
        self.tokens = tokens.Tokens(self.endpoint, TENANT)
        self.query = ResourceGraph(self.estate, self.fleet, self.may)
        self.arm = ResourceManager(self.endpoint, self.estate, self.fleet, self.may, self.roles)
        self.graph = Directory(self.endpoint, self.estate)

    @classmethod
    @contextmanager
    def start(cls, port: int = 0, resources: int = 0, subscriptions: int = 0) -> Iterator[Self]:
        """Serve from a thread until the block ends."""
        with TemporaryDirectory(prefix="demarc-azure-simulator-") as folder:
            simulated = cls(port, Path(folder), resources, subscriptions)
            with serving(simulated._listener):
                yield simulated

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment in which a process sees this Azure and no other."""
        return {
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": self.tokens.client,
            "AZURE_CLIENT_SECRET": self.tokens.secret,
            "AZURE_AUTHORITY_HOST": self.authority,
            "DEMARC_AZURE_ENDPOINT_URL": self.endpoint,
            "DEMARC_AZURE_CA_FILE": self.ca_file,
            "DEMARC_AZURE_CREDENTIALS": "environment",
        }

    def fault(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Take all faults away, and everything that was withheld."""
        with self._lock:
            self._faults.clear()
            self._roles.clear()
        self.tokens.refuses = ""
        self.quota = False

    def reset_calls(self) -> None:
        with self._lock:
            self.calls.clear()
            self.writes.clear()
            self.queries.clear()

    def refresh(self) -> None:
        """Forget prepared rows after the estate was changed in place."""
        self.query.refresh()

    # What we may do.

    def grant(self, subscription: str, actions: Sequence[str] = ("*/read",), not_actions: Sequence[str] = ()) -> None:
        """Have our role in a subscription (its key or id) allow these actions and no others; none: we don't see it at all."""
        id = next(each.id for each in self.estate.subscriptions.values() if subscription in (each.key, each.id))
        role = {"actions": list(actions), "notActions": list(not_actions), "dataActions": [], "notDataActions": []}
        self._roles[id] = [role] if actions else []
        self.refresh()

    def roles(self, subscription: str) -> list[dict[str, Any]]:
        return list(self._roles.get(subscription, READER))

    def may(self, subscription: str, action: str) -> bool:
        """Tell whether an action is allowed in a subscription; without an action, whether we see it at all."""
        known = self.estate.subscriptions.get(subscription)
        if known is None or not known.shown:
            return False
        roles = self.roles(subscription)
        return any(not action or (_fits(each["actions"], action) and not _fits(each["notActions"], action)) for each in roles)

    # One request.

    def _answer(self, received: Received) -> Answer:
        request = identify(received)
        with self._lock:
            self.calls[request.name] += 1
            if request.surface == "resourcegraph":
                self.queries.append(request.asked)
            struck = [fault for fault in self._faults if fault.strikes(request)]
        if not request.reads:
            return self._write(request)
        for fault in struck:
            if fault.kind == "latency":
                time.sleep(fault.seconds)
            if fault.kind in REFUSALS:
                return refusal(fault.kind, request)
        answer = self._honest(request)
        for fault in struck:
            answer = changed(fault.kind, answer, request) if fault.kind in LATE else spoiled(fault.kind, answer)
        return answer

    def _write(self, request: Request) -> Answer:
        with self._lock:
            self.writes[f"{request.method} {request.path}"] += 1
        said = f"{request.method} {request.path}: the simulator is read only, and so are we."
        return error(405, "MethodNotAllowed", said, {"Allow": "GET"})

    def _honest(self, request: Request) -> Answer:
        if request.surface == "discovery":
            return self.tokens.discovery(request)
        if request.surface == "token":
            return self.tokens.answer(request)
        wrong = self.tokens.state(request.authorization)
        if wrong:
            return refusal(wrong, request, {"WWW-Authenticate": f'Bearer authorization_uri="{self.authority}/{TENANT}"'})
        if self.tokens.audience(request.authorization) not in AUDIENCES[request.surface]:
            said = "The access token has been obtained for wrong audience or resource."
            return error(401, "InvalidAuthenticationTokenAudience", said)
        if request.surface == "graph":
            return self.graph.answer(request)
        return self._queried(request) if request.surface == "resourcegraph" else self.arm.answer(request)

    def _queried(self, request: Request) -> Answer:
        version = request.one("api-version")
        if version not in VERSIONS:
            return self.arm.answer(Request("arm", request.name, "GET", request.path, request.given))
        left, resets = self._left()
        headers = dict(zip(QUOTA_HEADERS, (str(max(0, left)), resets), strict=True))
        if left < 0 and self.quota:
            return refusal("throttled", request, headers)
        return self.query.answer(request.asked, headers)

    def _left(self) -> tuple[int, str]:
        """Take one query of the quota, and return how many are left and when there are more."""
        with self._lock:
            now = time.monotonic()
            self._spent = [each for each in self._spent if now - each < QUOTA_SECONDS]
            left = QUOTA - len(self._spent) - 1
            if left >= 0:
                self._spent.append(now)
            wait = QUOTA_SECONDS - (now - self._spent[0])
        return left, f"00:00:{max(1, round(wait)):02}"


def _fits(patterns: Sequence[str], action: str) -> bool:
    return any(re.fullmatch(".*".join(map(re.escape, each.lower().split("*"))), action.lower()) for each in patterns)


def changed(kind: str, answer: Answer, request: Request) -> Answer:
    """Return *answer* with what a fault changes of what it says about its pages."""
    if kind == "latency" or answer.status != 200:
        return answer
    body: Any = json.loads(answer.body)
    if kind == "result_truncated":
        body.pop("$skipToken", None)
        return _said(answer, body | {"resultTruncated": "true"})
    token = {"$skipToken": "again"} if request.surface == "resourcegraph" else {}
    link = "https://elsewhere.example/next" if kind == "foreign_page" else f"{request.path}?again"
    name = "@odata.nextLink" if request.surface == "graph" else "nextLink"
    return _said(answer, body | (token or {name: link}))


def _said(answer: Answer, body: Mapping[str, Any]) -> Answer:
    return Answer(answer.status, json.dumps(body).encode(), answer.headers)
