from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulators.azure import SimulatedAzure
from tests.simulators.azure.asking import Asking


@pytest.fixture
def ask(azure: SimulatedAzure) -> Iterator[Any]:
    with Asking(azure) as asking:
        azure.reset_calls()
        yield asking
