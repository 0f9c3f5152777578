"""The SDK's models of services, read once a process and without their prose: half of their size, and most of their cost."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from botocore.loaders import create_loader
from botocore.model import ServiceModel

# A member of a shape may be called so too: then an object follows, and not a text.
PROSE = re.compile(rb'"documentation"\s*:\s*"[^"\\]*(?:\\.[^"\\]*)*"')


class Files:
    """Reads the SDK's JSON files, as its own ``JSONFileLoader`` does; objects become plain dicts."""

    def exists(self, path: str) -> bool:
        return any(Path(f"{path}{suffix}").is_file() for suffix in READERS)

    def load_file(self, path: str) -> Any:
        """Return what a file holds; ``None`` where there is none. *path* comes without its suffix."""
        for suffix, read in READERS.items():
            file = Path(f"{path}{suffix}")
            if file.is_file():
                return orjson.loads(without_prose(read(file)))
        return None


def _unpacked(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes())


READERS: Mapping[str, Callable[[Path], bytes]] = {".json": Path.read_bytes, ".json.gz": _unpacked}


def without_prose(text: bytes) -> bytes:
    """Return the JSON of a model with empty documentation: of some parts, the SDK wants to see that there is one."""
    return PROSE.sub(b'"documentation":""', text)


@cache
def loader(data_path: str | None) -> Any:
    """Return the SDK's loader over :class:`Files`, one a process. *data_path* is that of the AWS configuration."""
    made: Any = create_loader(data_path)
    made.file_loader = Files()
    return made


@cache
def model(service: str) -> ServiceModel:
    """Return the model of a service of the SDK's."""
    return ServiceModel(loader(None).load_service_model(service, "service-2"), service_name=service)
