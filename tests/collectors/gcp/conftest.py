"""A fresh simulated Google Cloud for each test, and no waiting between attempts."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from simulators.gcp import SimulatedGcp


@pytest.fixture
def gcp(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedGcp]:
    for name in [name for name in os.environ if name.startswith(("GOOGLE_", "CLOUDSDK_"))]:
        monkeypatch.delenv(name)
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("collectors.gcp.client.BACKOFF", 0.0)
    with SimulatedGcp.start() as simulated:
        yield simulated
