"""Which accounts demarc.toml knows, and which of them a name means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scanner import provider as providers
from scanner.config import Config

Target = tuple[str, str]
"""Provider, and name in demarc.toml; empty for the account of the ambient credentials."""


def every(config: Config) -> Iterator[Target]:
    """Yield every account of demarc.toml; of providers that a schedule names and that have none, the ambient one."""
    configured = config.settings.accounts
    yield from ((each.provider, each.name) for each in configured)
    wanted = dict.fromkeys(name for each in config.settings.schedules for name in each.accounts)
    with_accounts = {each.provider for each in configured}
    yield from ((name, "") for name in wanted if name in providers.names() and name not in with_accounts)


def find(name: str, known: Sequence[Target]) -> list[Target]:
    """Return the accounts that a name means: its own, those of a provider, or ``aws/production``."""
    provider, slash, account = name.partition("/")
    if slash:
        return [each for each in known if each == (provider, account)]
    return [each for each in known if name and each[1] == name] or [each for each in known if each[0] == name]
