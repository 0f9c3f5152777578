"""Google Cloud as the engine sees it: its types, its options, the way in, and the grant that a scan needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from collectors.gcp.options import GcpOptions
from collectors.gcp.spec import Spec
from collectors.spec import find
from scanner.model import Kind
from scanner.provider import Collector, ConnectError, Document, Memory, Selection, nothing


class Gcp:
    """Google Cloud Platform. What needs the SDK is imported when it is used: the command line starts without."""

    name = "gcp"
    title = "Google Cloud Platform"
    options = GcpOptions

    def kinds(self) -> Sequence[Kind]:
        return [
            Kind(
                type=spec.type,
                service=spec.service,
                title=spec.title,
                facts=("item", *spec.facts, *(["tags"] if spec.tags else [])),
                scope="global",
                volatile=spec.observed,
                implied=spec.implied,
            )
            for spec in specs()
        ]

    def connect(
        self,
        options: GcpOptions,
        selection: Selection,
        *,
        secret_key: Callable[[], bytes],
        memory: Memory = nothing,  # noqa: ARG002 -- every fact is asked for at every scan
    ) -> Collector:
        chosen = wanted(selection)  # first, since it says when the SDK is missing
        from collectors.gcp.enter import connect  # noqa: PLC0415

        return connect(options, chosen, selection, secret_key)

    def permissions(self, selection: Selection) -> Mapping[str, Sequence[Document]]:
        chosen = wanted(selection)
        from collectors.gcp.permissions import grants  # noqa: PLC0415

        return grants(chosen)


@cache
def specs() -> tuple[Spec, ...]:
    """Return every described type, by name. Raises :class:`ConnectError` without the SDK."""
    import collectors.gcp  # noqa: PLC0415 -- the package that this module is part of

    try:
        return tuple(sorted(find(collectors.gcp, Spec), key=lambda spec: spec.type))
    except ModuleNotFoundError as error:
        raise ConnectError(f"gcp needs {error.name}: pip install 'demarc-scanner[gcp]'") from error


def wanted(selection: Selection) -> list[Spec]:
    """Return the specs of the selected services, and those of the hierarchy, which everything hangs on."""
    return [spec for spec in specs() if selection.wants(spec.service) or spec.node]
