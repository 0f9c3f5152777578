"""AWS as the engine sees it: its types, its options, the way in, and the grant that a scan needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from collectors.aws.options import AwsOptions
from collectors.aws.spec import Spec
from collectors.spec import find
from scanner.model import Kind
from scanner.provider import Collector, ConnectError, Document, Memory, Selection, nothing


class Aws:
    """Amazon Web Services. What needs the SDK is imported when it is used: the command line starts without."""

    name = "aws"
    title = "Amazon Web Services"
    options = AwsOptions

    def kinds(self) -> Sequence[Kind]:
        from collectors.aws.reach import KIND  # noqa: PLC0415

        described = [
            Kind(
                type=spec.type,
                service=spec.service,
                title=spec.title,
                facts=tuple(
                    dict.fromkeys((*(["item"] if spec.listing else []), *spec.facts, *(["tags"] if spec.tags else [])))
                ),
                scope=spec.scope,
                volatile=spec.volatile,
                implied=spec.listing is None,
            )
            for spec in specs()
        ]
        return sorted([*described, KIND], key=lambda kind: kind.type)

    def connect(
        self,
        options: AwsOptions,
        selection: Selection,
        *,
        secret_key: Callable[[], bytes],
        memory: Memory = nothing,  # noqa: ARG002 -- every fact is asked for at every scan
    ) -> Collector:
        chosen = wanted(selection)  # first, since it says when the SDK is missing
        from collectors.aws.collect import AwsCollector  # noqa: PLC0415
        from collectors.aws.regions import regions  # noqa: PLC0415
        from collectors.aws.session import connect  # noqa: PLC0415
        from collectors.redact import Redactor  # noqa: PLC0415

        connection = connect(options, sorted(selection.regions))
        enabled, noticed = regions(connection, selection.regions)
        beyond = not options.only_described and not selection.services
        if options.organization:
            from collectors.aws.fleet import OrganizationCollector, Plan  # noqa: PLC0415
            from collectors.aws.members import Directory  # noqa: PLC0415

            organization = Directory(connection).discover(options)
            plan = Plan(options, tuple(chosen), selection.regions, Redactor(secret_key()), beyond=beyond)
            return OrganizationCollector(connection, organization, plan, enabled, noticed)
        return AwsCollector(connection, enabled, chosen, Redactor(secret_key()), noticed, beyond=beyond)

    def apart(self, every: Sequence[AwsOptions]) -> Sequence[AwsOptions]:
        """Return options by which no account is read twice: one with an entry of its own leaves its organization's scan."""
        own = [each.role_arn.split(":")[4] for each in every if not each.organization and each.role_arn.count(":") >= 5]
        return [
            replace(each, exclude_accounts=",".join([each.exclude_accounts, *own])) if each.organization else each
            for each in every
        ]

    def permissions(self, selection: Selection) -> Mapping[str, Sequence[Document]]:
        from collectors.aws.rollout import grants  # noqa: PLC0415

        return grants(wanted(selection), beyond=not selection.services)


@cache
def specs() -> tuple[Spec, ...]:
    """Return every described type, by name. Raises :class:`ConnectError` without the SDK."""
    import collectors.aws  # noqa: PLC0415 -- the package that this module is part of

    try:
        return tuple(sorted(find(collectors.aws, Spec), key=lambda spec: spec.type))
    except ModuleNotFoundError as error:
        raise ConnectError(f"aws needs {error.name}: pip install 'demarc-scanner[aws]'") from error


def wanted(selection: Selection) -> list[Spec]:
    """Return the specs of the selected services, with the parents under which they are listed."""
    chosen = {spec.type: spec for spec in specs() if selection.wants(spec.service)}
    every = {spec.type: spec for spec in specs()}
    for spec in list(chosen.values()):
        parent = spec.parent
        while parent and parent not in chosen:
            chosen[parent] = every[parent]
            parent = every[parent].parent
    return sorted(chosen.values(), key=lambda spec: spec.type)
