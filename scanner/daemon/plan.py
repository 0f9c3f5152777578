"""What a daemon has to do, made of demarc.toml and checked as a whole: a daemon takes it over, or keeps the one it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from scanner.config import Accounted, Config, ConfigError, Daemonic, Limited, Scheduled, Settings, load
from scanner.config import overlays as overlays_of
from scanner.daemon.targets import Target, every, find
from scanner.daemon.times import Rule, rule
from scanner.evaluation.registry import Filter, told
from scanner.inventory.outbox import Interest
from scanner.inventory.queued import Limit
from scanner.notify.channels import Channel, channels

BROKER_PASSWORD = "DEMARC_BROKER_PASSWORD"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule: when it is due, and which accounts it scans."""

    name: str
    rule: Rule
    targets: tuple[Target, ...]
    given: Scheduled

    @property
    def budget(self) -> timedelta:
        return self.given.max_duration


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that demarc.toml asks of a daemon."""

    config: Config
    schedules: tuple[Schedule, ...]
    channels: Mapping[str, Channel]
    limits: tuple[tuple[Limit, float | None], ...] = ()
    broker: str = ""

    @property
    def rooms(self) -> tuple[Limit, ...]:
        """Return how many of which accounts may be scanned at once."""
        return tuple(limit for limit, _ in self.limits)

    def pace(self, target: Target) -> float:
        """Return how many calls a second a scan may send: an equal share of the tightest limit on its account. 0: no limit."""
        shares = [calls / limit.most for limit, calls in self.limits if calls is not None and target in limit.targets]
        return min(shares, default=0.0)

    @property
    def daemon(self) -> Daemonic:
        return self.config.settings.daemon

    def on(self, settings: Settings) -> Plan:
        """Return the same plan with other settings."""
        return replace(self, config=replace(self.config, settings=settings))

    @property
    def targets(self) -> list[Target]:
        """Return the accounts that can be scanned, whether or not a schedule has them."""
        return list(every(self.config))

    @property
    def interests(self) -> list[Interest]:
        return [each.interest for each in self.channels.values()]

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what no log may hold."""
        from scanner.inventory.store import address  # noqa: PLC0415

        password = address(self.config.settings.database).password
        of_channels = (secret for each in self.channels.values() for secret in each.secrets)
        return tuple(
            each for each in (*of_channels, str(password or ""), unquote(urlsplit(self.broker).password or "")) if each
        )


def read(path: Path | None, environment: Mapping[str, str]) -> Plan:
    """Return the plan that a file and the environment make. Raises :class:`UserError` for what can't be used."""
    return plan(load(path, environment), environment)


def plan(config: Config, environment: Mapping[str, str]) -> Plan:
    """Return what *config* asks of a daemon, every part of it tried once. Raises :class:`UserError`."""
    settings = config.settings
    known = list(every(config))
    for provider in dict.fromkeys(provider for provider, _ in known):
        config.targets(provider, {})
        Filter(settings.checks, settings.exclude, settings.min_severity).pick(told(provider))
    overlays_of(settings.overlays)
    schedules = tuple(
        Schedule(each.name, rule(each), tuple(chosen(each, known, config, "schedules")), each)
        for each in settings.schedules
        if each.enabled
    )
    if not schedules:
        raise ConfigError('no [[schedules]] says when to scan: name = "nightly", cron = "0 2 * * *"')
    if reserved := next((each.name for each in schedules if each.name in {"now", "prune"}), None):
        raise ConfigError(f"schedules: {reserved!r} is a name of ours")
    limits = tuple(
        (Limit(frozenset(chosen(each, known, config, "limits")), each.parallel), each.calls_per_second)
        for each in settings.limits
    )
    return Plan(config, schedules, channels(settings.notifications, environment), limits, broker(settings, environment))


def broker(settings: Settings, environment: Mapping[str, str]) -> str:
    """Return the address of the broker, with the password that the environment has. Raises :class:`ConfigError`."""
    url = settings.broker.get_secret_value()
    password = environment.get(BROKER_PASSWORD, "")
    try:
        parts = urlsplit(url)
        bare = parts.username and parts.password is None
    except ValueError as error:
        raise ConfigError("broker: it is no address; write amqp://demarc@broker.internal/demarc") from error
    if url and not parts.scheme:
        raise ConfigError("broker: it is no address; write amqp://demarc@broker.internal/demarc")
    if not (password and bare):
        return url
    user, _, where = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{where}"))


def chosen(given: Scheduled | Limited, known: Sequence[Target], config: Config, of: str) -> list[Target]:
    """Return the accounts of a schedule or limit. Raises :class:`ConfigError` for a name that there isn't, and for none."""
    where = f"{of}: {given.name}"
    found = list(known) if not given.accounts else [each for name in given.accounts for each in find(name, known)]
    if lost := next((name for name in given.accounts if not find(name, known)), None):
        names = ", ".join(sorted({name or provider for provider, name in known})) or "none"
        raise ConfigError(f"{where}: no account is called {lost!r}; there are: {names}")
    if not found:
        raise ConfigError(f"{where}: there is no account to scan: name [[accounts]], or a provider in its accounts")
    if any(not name for _, name in found) and len(config.settings.accounts) > 1:
        refuse_nameless(config.settings.accounts, where)
    return list(dict.fromkeys(found))


def refuse_nameless(accounts: Sequence[Accounted], where: str) -> None:
    """Raise :class:`ConfigError` where two accounts could not be told apart."""
    nameless = [each.provider for each in accounts if not each.name]
    for provider in nameless:
        if sum(each.provider == provider for each in accounts) > 1:
            raise ConfigError(f"{where}: give every {provider} account a name: a daemon knows them by it")
