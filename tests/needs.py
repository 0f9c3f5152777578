"""What tests need of the machine that no Python package brings."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacks(why: str) -> NoReturn:
    """Skip the tests that need something that is not there. In CI, which installs all of it, that is an error."""
    if os.environ.get("CI") == "true":
        raise RuntimeError(why)
    pytest.skip(why)
