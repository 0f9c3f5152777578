"""What is open to the world, and of what nobody knows whether it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from scanner.inventory.pages import Score
from scanner.responsibility.split import controls
from scanner.web import catalogue
from scanner.web.figures import Desk
from scanner.web.found import Asked, FindingsPage, findings
from scanner.web.split import Standing, level, standing

# The controls that ask whether strangers get at something.
CONTROLS = (
    "data.public_exposure",
    "access.public_grant",
    "application.exposure",
    "network.admin_ports",
    "network.public_access",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedControl:
    """One of these controls: what it asks for, and how it stands."""

    control: str
    title: str
    standing: Standing
    level: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedService:
    """One service: how much of it is open, and of how much that is unknown."""

    service: str
    name: str
    failed: int
    unknown: int
    passed: int


@dataclass(frozen=True, slots=True)
class ExposurePage:
    """What is open: by control, by service, and one by one."""

    controls: list[ExposedControl]
    services: list[ExposedService]
    findings: FindingsPage


def exposure(desk: Desk, account: tuple[str, ...] = (), after: str = "", most: int = 50) -> ExposurePage:
    """Return what is open to the world. Raises :class:`scanner.web.found.CursorError`."""
    by_control: dict[str, list[Score]] = defaultdict(list)
    by_service: dict[str, list[Score]] = defaultdict(list)
    for each in desk.narrowed(account).scores:
        check = catalogue.checks().get(each.check_id)
        if check is not None and check.control in CONTROLS:
            by_control[check.control].append(each)
            by_service[each.service].append(each)
    stands = {name: standing(by_control[name]) for name in CONTROLS}
    asked = [
        ExposedControl(control=name, title=controls()[name], standing=each, level=level(each.floor))
        for name, each in stands.items()
    ]
    services = [_service(name, standing(some)) for name, some in by_service.items()]
    services.sort(key=lambda row: (-row.failed, -row.unknown, row.name))
    return ExposurePage(asked, services, findings(desk, Asked(account=account, control=CONTROLS), after, most))


def _service(name: str, stands: Standing) -> ExposedService:
    return ExposedService(
        service=name,
        name=catalogue.service_name(name),
        failed=stands.failed,
        unknown=stands.unknown,
        passed=stands.passed,
    )
