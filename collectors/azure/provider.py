"""Azure as the engine sees it: its types, its options, the way in, and the grant that a scan needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from collectors.azure.options import AzureOptions
from collectors.azure.spec import ASKED, TENANT, Spec
from collectors.spec import find
from scanner.model import Kind
from scanner.provider import Collector, ConnectError, Document, Memory, Selection, nothing

NODES = frozenset({TENANT, "azure.subscription.subscription", "azure.subscription.management_group"})
"""Types that are read whatever services are chosen: everything hangs on them."""


class Azure:
    """Microsoft Azure. What needs the SDK is imported when it is used: the command line starts without."""

    name = "azure"
    title = "Microsoft Azure"
    options = AzureOptions

    def kinds(self) -> Sequence[Kind]:
        from collectors.azure.tables import remembering  # noqa: PLC0415 -- it imports the SDK

        with_memory = remembering(specs())
        return [
            Kind(
                type=spec.type,
                service=spec.service,
                title=spec.title,
                facts=("item", *spec.facts, *([ASKED] if spec.type in with_memory else []), *(["tags"] if spec.tagged else [])),
                scope="global",
                volatile=(*spec.volatile, *([ASKED] if spec.type in with_memory else [])),
                implied=spec.implied,
            )
            for spec in specs()
        ]

    def connect(
        self, options: AzureOptions, selection: Selection, *, secret_key: Callable[[], bytes], memory: Memory = nothing
    ) -> Collector:
        chosen = wanted(selection)  # first, since it says when the SDK is missing
        from collectors.azure.enter import connect  # noqa: PLC0415

        return connect(options, chosen, selection, secret_key, memory)

    def permissions(self, selection: Selection) -> Mapping[str, Sequence[Document]]:
        chosen = wanted(selection)
        from collectors.azure.permissions import grants  # noqa: PLC0415

        return grants(chosen)


@cache
def specs() -> tuple[Spec, ...]:
    """Return every described type, by name. Raises :class:`ConnectError` without the SDK."""
    import collectors.azure  # noqa: PLC0415 -- the package that this module is part of

    try:
        return tuple(sorted(find(collectors.azure, Spec), key=lambda spec: spec.type))
    except ModuleNotFoundError as error:
        raise ConnectError(f"azure needs {error.name}: pip install 'demarc-scanner[azure]'") from error


def wanted(selection: Selection) -> list[Spec]:
    """Return the specs of the selected services, what they are listed under, and the nodes that everything hangs on."""
    every = {spec.type: spec for spec in specs()}
    found = {type for type, spec in every.items() if selection.wants(spec.service) or type in NODES}
    while above := {every[type].parent for type in found} & every.keys() - found:
        found |= above
    return [every[type] for type in sorted(found)]
