from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # tests that need no cloud start without one
    from simulators.aws import SimulatedAws
    from simulators.azure import SimulatedAzure
    from simulators.gcp import SimulatedGcp

ACCOUNT = "111111111111"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put last what starts an AWS of its own: moto's state is the process's, and what the others share is gone then."""
    items.sort(key=lambda item: item.get_closest_marker("own_aws") is not None)


@pytest.fixture(scope="session")
def running_aws() -> Iterator[SimulatedAws]:
    """One simulated AWS a worker, with one small account."""
    from simulators.aws import SimulatedAws  # noqa: PLC0415

    with SimulatedAws.start() as aws:
        aws.seed(1, ACCOUNT)
        yield aws


@pytest.fixture(scope="session")
def organization(running_aws: SimulatedAws) -> SimulatedAws:
    """The same AWS with a whole organization beside the small account, made when a test first asks for it."""
    running_aws.seed_organization()
    return running_aws


@pytest.fixture
def aws(running_aws: SimulatedAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedAws]:
    """The simulated AWS without faults, in the environment of the test."""
    for name, value in running_aws.environment.items():
        monkeypatch.setenv(name, value)
    running_aws.reset_calls()
    yield running_aws
    running_aws.clear()


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedAzure]:
    """A fresh simulated Azure in the environment of the test, and no waiting between attempts."""
    from simulators.azure import SimulatedAzure  # noqa: PLC0415

    alone(monkeypatch, "AZURE_")
    monkeypatch.setattr("collectors.azure.session.BACKOFF", 0.0)
    monkeypatch.setattr("collectors.azure.session.LONGEST_WAIT", 0.01)
    with SimulatedAzure.start() as simulated:
        for name, value in simulated.environment.items():
            monkeypatch.setenv(name, value)
        yield simulated


def alone(monkeypatch: pytest.MonkeyPatch, *foreign: str) -> None:
    """Take out of the environment what begins with *foreign*, and all proxies."""
    for name in [name for name in os.environ if name.startswith(foreign) or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def gcp(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedGcp]:
    """A fresh simulated Google Cloud, and no waiting between attempts."""
    from simulators.gcp import SimulatedGcp  # noqa: PLC0415

    alone(monkeypatch, "GOOGLE_", "CLOUDSDK_")
    monkeypatch.setattr("collectors.gcp.client.BACKOFF", 0.0)
    with SimulatedGcp.start() as simulated:
        yield simulated
