from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from simulators.aws import SimulatedAws

ACCOUNT = "111111111111"


@pytest.fixture(scope="session")
def running_aws() -> Iterator[SimulatedAws]:
    """One simulated AWS a worker, with one seeded account."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with SimulatedAws.start() as aws:
        aws.seed(1, ACCOUNT)
        yield aws


@pytest.fixture
def aws(running_aws: SimulatedAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedAws]:
    """The simulated AWS without faults, in the environment of the test."""
    for name, value in running_aws.environment.items():
        monkeypatch.setenv(name, value)
    running_aws.reset_calls()
    yield running_aws
    running_aws.clear()
