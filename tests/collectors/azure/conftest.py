from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.collectors.azure.scans import seed
from tests.collectors.azure.stub import TENANT, Stub, serving


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Stub], Stub]]:
    with serving(tmp_path_factory.mktemp("azure")) as at:
        yield at


@pytest.fixture
def azure(place: Callable[[Stub], Stub], monkeypatch: pytest.MonkeyPatch) -> Stub:
    """Two subscriptions of a stub, with credentials in the environment, and no waiting between attempts."""
    monkeypatch.setenv("AZURE_TENANT_ID", TENANT)
    monkeypatch.setenv("AZURE_CLIENT_ID", "00000000-0000-0000-0000-00000000000c")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "not a secret")
    monkeypatch.setattr("collectors.azure.session.BACKOFF", 0.0)
    return place(seed(Stub()))
