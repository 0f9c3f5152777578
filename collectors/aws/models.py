"""The SDK's models of services, read once a process, and of them no more than what a scan uses: whole, they are most of it.

Prose is left out, and of each service that is described here the operations that nobody calls, with the shapes that only
they have. The clients of such a service can therefore do nothing else.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from botocore import xform_name
from botocore.loaders import Loader, create_loader
from botocore.model import ServiceModel

from collectors.aws.changes import OPERATIONS
from collectors.aws.spec import Call
from collectors.spec import find
from scanner.plugins.compiled import compiled

SERVICE = "service-2"
# A member of a shape may be called so too: then an object follows, and not a text.
PROSE = re.compile(rb'"documentation"\s*:\s*"[^"\\]*(?:\\.[^"\\]*)*"')
# What is called besides what calls are described for: by the listener, and by botocore's own S3 clients (botocore/utils.py).
BESIDES = frozenset({xform_name(name) for name in (*OPERATIONS, "HeadBucket", "CreateSession")})


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
def _called() -> Mapping[str, frozenset[str]]:
    """Return the methods that are called, by service of botocore's; under no name those that any of them may be asked for."""
    found: Mapping[str, Sequence[str]] = compiled("calls", __package__, _described)
    return {service: frozenset(methods) for service, methods in found.items()}


def _described() -> Mapping[str, Sequence[str]]:
    """Return the same, worked out of all that is described: more than who listens for changes would load else."""
    import collectors.aws  # noqa: PLC0415 -- the package that this module is part of
    from collectors.aws.provider import specs  # noqa: PLC0415 -- and what describes it all imports this module

    found: dict[str, set[str]] = {"": set(BESIDES)}
    described = [(call.service or spec.api, call) for spec in specs() for call in spec.calls]
    for service, call in (*described, *((call.service, call) for call in find(collectors.aws, Call))):
        found.setdefault(service, set()).update({call.operation, call.prepare} - {""})
    return {service: sorted(methods) for service, methods in found.items()}


def called(service: str) -> Collection[str] | None:
    """Return the methods of a service of botocore's that are called; ``None`` for one that is not described here."""
    known = _called()
    return known[service] | known[""] if service in known else None


def prune(model: dict[str, Any], methods: Collection[str]) -> None:
    """Leave of *model* no more than the operations behind *methods* and what they refer to."""
    model["operations"] = {
        name: each
        for name, each in model["operations"].items()
        if xform_name(name) in methods or each.get("endpointoperation")  # by which the SDK finds endpoints
    }
    shapes: dict[str, Any] = {}
    waiting = list(_shapes(model["operations"]))
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            waiting += _shapes(shapes[name])
    model["shapes"] = shapes


def _shapes(part: Any) -> Iterator[str]:
    """Yield the names of the shapes that a part of a model refers to."""
    if isinstance(part, dict):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        for each in part.values():
            yield from _shapes(each)
    elif isinstance(part, list):
        for each in part:
            yield from _shapes(each)


class Models(Loader):
    """The SDK's loader, whose models are pruned once they are whole: only then it is known what refers to what."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(paths, include_default_search_paths=False)
        self.file_loader: Any = Files()
        self.names: dict[str, str] = {}

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        # Asked in one way alone, it merges what the SDK adds to a model once, and not again into one that is pruned.
        found = super().load_service_model(service_name, type_name, *([api_version] if api_version else []))
        if type_name == SERVICE and service_name not in self.names:
            self.names[service_name] = " ".join(found.get("operations", ()))  # one text takes the least
            methods = called(service_name)
            if methods is not None:
                prune(found, methods)
        return found


@cache
def loader(data_path: str | None) -> Any:
    """Return the SDK's loader, one a process, which reads less. *data_path* is that of the AWS configuration."""
    usual: Any = create_loader(data_path)
    return Models(usual.search_paths)


@cache
def model(service: str) -> ServiceModel:
    """Return the model of a service of the SDK's."""
    return ServiceModel(loader(None).load_service_model(service, SERVICE), service_name=service)


def operations(service: str) -> Sequence[str]:
    """Return the names of all operations of a service of the SDK's, called or not."""
    loader(None).load_service_model(service, SERVICE)
    names: dict[str, str] = loader(None).names
    return names[service].split()
