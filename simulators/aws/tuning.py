"""moto, made quick enough for tests: what it does anew for every call or key is done once. Imported before moto's services."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

os.environ.setdefault("MOTO_AMIS_PATH", str(Path(__file__).with_name("images.json")))  # instead of thousands of images

import boto3
import moto.backends
import moto.core.base_backend
import moto.core.responses
import moto.core.utils
from moto.core.loaders import create_loader

LOADER: Any = create_loader()  # botocore's models, with what moto adds to them

_utils: Any = moto.core.utils
_responses: Any = moto.core.responses
_utils.create_loader = lambda: LOADER
_responses.method_names_from_class = cache(_responses.method_names_from_class)
_sdk: Any = boto3.Session()
_sdk._session.register_component("data_loader", LOADER)  # noqa: SLF001 -- no public way
_backend: Any = moto.core.base_backend.AccountSpecificBackend
_backend.get_session = lambda: _sdk


def state(service: str) -> Any:
    """Return what moto knows of a service, by account and region; ``aws`` stands for the region of what has none."""
    find: Any = moto.backends.get_backend
    return find(service)


@cache
def share_keys() -> None:
    """Let KMS hand out one pair of RSA keys for all: nothing is ever encrypted, and making a pair takes long."""
    import moto.kms.utils  # noqa: PLC0415 -- only for estates with keys

    keys: Any = moto.kms.utils
    keys.RSAPrivateKey = cache(keys.RSAPrivateKey)
