"""The simulated AWS: moto behind a front that counts every call, injects faults and answers what moto cannot."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from tempfile import gettempdir
from threading import Lock
from typing import Self

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import get_account_id_from
from moto.moto_api._internal.models import moto_api_backend

from simulators.aws import estate, shapes
from simulators.aws.dispatch import dispatch
from simulators.aws.estate.bulk import fill_bulk
from simulators.aws.faults import REFUSALS, Fault, error, refusal, spoil
from simulators.aws.operations import Request, identify
from simulators.aws.pages import Pages, paging, size
from simulators.aws.supplement import AMENDMENTS, ANSWERS, DEFAULTS
from simulators.aws.supplement.registry import Asked, Refusal, RefusedError, Told
from simulators.listener import Answer, Listener, Received, serving


class SimulatedAws:
    """A whole AWS on one loopback address. Use :meth:`start`.

    ``calls`` counts what came over the wire, ``callers`` the same by access key, ``unanswered`` what the simulator lacks, and
    ``failures`` says how it failed; ``page`` is the most rows that a listing gives at once, however many it was asked for.
    """

    account = DEFAULT_ACCOUNT_ID

    def __init__(self, port: int = 0) -> None:
        self._lock = Lock()
        self._faults: list[Fault] = []
        self._pages = Pages()
        self.page = 0
        self.calls: Counter[str] = Counter()
        self.callers: Counter[str] = Counter()
        self.unanswered: Counter[str] = Counter()
        self.failures: dict[str, Exception] = {}
        self.told = Told()
        self._listener = Listener(port, self._answer)
        self.endpoint = f"http://127.0.0.1:{self._listener.server_address[1]}"

    @classmethod
    @contextmanager
    def start(cls, port: int = 0) -> Iterator[Self]:
        """Serve from a thread until the block ends. moto's state is the process's, so it is emptied first."""
        moto_api_backend.reset()
        simulated = cls(port)
        with serving(simulated._listener):
            yield simulated

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
        """Fill one account with a few things good and bad; *scale* multiplies their number."""
        estate.fill(self.place(account, region), scale)

    def seed_bulk(self, number: int, account: str, region: str = "eu-west-1") -> None:
        """Put *number* more of each of a dozen plain kinds of resources into one account and region."""
        fill_bulk(self.place(account, region), number)

    def seed_organization(self, scale: int = 1) -> None:
        """Fill a whole organization: three accounts in two regions, with something of everything that is scanned."""
        estate.fill_organization(self.place(estate.MANAGEMENT, estate.REGIONS[0]), scale)

    def place(self, account: str, region: str) -> estate.Place:
        return estate.Place(self.told, account, region)

    def fault(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Take all faults away."""
        self.page = 0
        with self._lock:
            self._faults.clear()

    def reset_calls(self) -> None:
        with self._lock:
            self.calls.clear()
            self.callers.clear()
            self.unanswered.clear()

    # One request.

    def _answer(self, received: Received) -> Answer:
        request = identify(received)
        request = replace(request, account=get_account_id_from(request.key))
        with self._lock:
            self.calls[request.name] += 1
            self.callers[request.key] += 1
            struck = [fault for fault in self._faults if fault.strikes(request)]
        for fault in struck:
            if fault.kind == "latency":
                time.sleep(fault.seconds)
            if fault.kind in REFUSALS:
                return refusal(fault.kind, request)
        answer = self._honest(received, request)
        for fault in struck:
            if fault.kind != "latency":
                return spoil(fault.kind, answer)
        return answer

    def _honest(self, received: Received, request: Request, *, first: bool = True) -> Answer:
        try:
            return self._paged(received, request) if request.operation else self._whole(received, request)
        except RefusedError as refused:
            return error(refused.refusal.status, refused.refusal.code, refused.refusal.message, request)
        except Exception as failure:  # noqa: BLE001 -- what is lacking ends in exceptions of many kinds
            if first:  # what two callers made moto set up at once is there by the second time
                return self._honest(received, request, first=False)
            with self._lock:
                self.unanswered[request.name] += 1
                self.failures[request.name] = failure
            return error(501, "InternalFailure", "the simulator cannot answer this", request)

    def _paged(self, received: Received, request: Request) -> Answer:
        how = paging(request.service, request.operation)
        if how is None:
            return self._whole(received, request)
        params = shapes.parameters(received, request)
        limit = min((each for each in (self.page, int(params.get(how.limit) or 0)) if each), default=0)
        if known := self._pages.known(params, how):
            whole, start = known
            return shapes.serialized(request, self._pages.page(whole, start, limit or size(whole, how), how))
        answer = self._whole(received, request)
        if not limit or answer.status >= 300:
            return answer
        found = shapes.result(request, answer)
        return answer if size(found, how) <= limit else shapes.serialized(request, self._pages.page(found, 0, limit, how))

    def _whole(self, received: Received, request: Request) -> Answer:
        """Return what the estate told, else the supplement's answer, else moto's, corrected where it has to be."""
        name = request.name
        if not any(name in known for known in (self.told.operations, ANSWERS, AMENDMENTS, DEFAULTS)):
            return dispatch(received, request)
        asked = Asked(request, shapes.parameters(received, request), self.told)
        found = self.told.find(request, asked.params)
        if found is None and name in ANSWERS:
            found = ANSWERS[name](asked)
        if found is None:
            found = DEFAULTS.get(name)
        if isinstance(found, Refusal):
            raise RefusedError(found)
        if found is not None:
            return shapes.serialized(request, found)
        answer = dispatch(received, request)
        if answer.status >= 300 or (name not in AMENDMENTS and name not in self.told.operations):
            return answer
        result = shapes.result(request, answer)
        amended = AMENDMENTS[name](asked, result) if name in AMENDMENTS else result
        return shapes.serialized(request, self.told.beside(request, amended))
