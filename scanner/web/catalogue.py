"""What is installed, as pages name it: checks with the cell that each counts for, services, areas, accounts."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import orjson

from scanner import provider as providers
from scanner.errors import UserError
from scanner.evaluation.check import Check
from scanner.evaluation.registry import told
from scanner.plugins.compiled import compiled
from scanner.provider import Provider
from scanner.responsibility.split import areas, services

ASKS = (sys.executable, "-c", "import sys; from scanner.web.catalogue import tell; tell(sys.argv[1])")
SEVERITIES = ("critical", "high", "medium", "low", "informational")
STATUSES = ("fail", "unknown", "accepted", "pass")
PROVIDERS = {"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud", "m365": "Microsoft 365", "workspace": "Google Workspace"}


@cache
def checks() -> Mapping[str, Check]:
    """Return the installed checks by id; ids that they had formerly lead to them as well."""
    found = {former: check for check in told() for former in check.formerly}
    return {**found, **{check.id: check for check in told()}}


@cache
def _homes() -> Mapping[str, str]:
    """Return the service of each resource type of the providers that can be loaded here."""
    homes: dict[str, str] = {}
    for name in providers.names():
        with suppress(UserError):  # its SDK isn't installed, and an inventory can be read without
            homes.update(_services(providers.load(name)))
    return homes


def _services(provider: Provider) -> Mapping[str, str]:
    """Return the service of each of a provider's types. Raises UserError when its SDK isn't installed."""
    package = type(provider).__module__.rpartition(".")[0]
    found: Mapping[str, str] = compiled("services", package, lambda: _asked(provider.name))
    return found


def _asked(provider: str) -> Mapping[str, str]:
    """Ask another process, where nothing is kept: types are imported with their SDK, and a dashboard would stay that large."""
    done = subprocess.run((*ASKS, provider), capture_output=True, check=False)  # noqa: S603 -- ours
    if done.returncode:
        raise UserError(f"the types of {provider} can't be loaded here")
    found: Mapping[str, str] = orjson.loads(done.stdout)
    return found


def tell(provider: str) -> None:
    """Print the service of each type of a provider, as JSON."""
    services = {kind.type: kind.service for kind in providers.load(provider).kinds()}
    sys.stdout.buffer.write(orjson.dumps(services))


@cache
def standing() -> Mapping[tuple[str, str], Sequence[Check]]:
    """Return the checks of each cell, by service and area."""
    found: dict[tuple[str, str], list[Check]] = defaultdict(list)
    for check in told():
        found[check.service or _homes().get(check.on, ""), check.area].append(check)
    return found


def title(check_id: str) -> str:
    check = checks().get(check_id)
    return check.title if check else check_id


def service_name(service: str) -> str:
    return str(services().get(service, {}).get("name", service))


def provider_of(service: str) -> str:
    return service.partition(".")[0]


def provider_name(provider: str) -> str:
    return PROVIDERS.get(provider, provider)


def area_name(area: str) -> str:
    return str(areas().get(area, {}).get("name", area))


def rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def account_name(row: Mapping[str, Any]) -> str:
    """Return what an account is called: its name, or else its id."""
    return str(row.get("account_name") or row.get("name") or row["account_id"])
