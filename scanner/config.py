"""What a user configures: demarc.toml, overridden by environment variables, overridden by flags.

What an account sets for itself is the more particular: only flags override it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from scanner import CONFIGURATION
from scanner import provider as providers
from scanner.errors import UsageError
from scanner.evaluation import registry
from scanner.evaluation.overlay import Overlays, parsed
from scanner.model import Severity
from scanner.provider import Apart, Provider

FILE = CONFIGURATION
PREFIX = "DEMARC_"
ALIKE = 0.82  # from here on, a variable is one of ours, misspelt; Kubernetes' DEMARC_SERVICE_HOST is less like any


class ConfigError(UsageError):
    """The configuration can't be used. The message is one line for the user."""


class Accounted(BaseModel):
    """What one account may set for itself: which part of it is scanned. The provider's own options stand beside it."""

    model_config = ConfigDict(extra="allow", frozen=True)

    provider: str
    name: str = ""
    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


LENGTH = re.compile(r"([0-9]{1,6})([smhdw])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def length(text: object) -> timedelta:
    """Return how long ``90s``, ``15m``, ``6h``, ``1d`` or ``2w`` is. Raises :class:`ValueError`."""
    fits = LENGTH.fullmatch(text) if isinstance(text, str) else None
    if not fits:
        raise ValueError("write a time as 90s, 15m, 6h, 1d or 2w")
    return timedelta(**{UNITS[fits[2]]: int(fits[1])})


Length = Annotated[timedelta, BeforeValidator(lambda given: given if isinstance(given, timedelta) else length(given))]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class Table(BaseModel):
    """A table of demarc.toml in which every key is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Scheduled(Table):
    """When which accounts are scanned: at the times of a crontab line, or every so often."""

    name: Name
    cron: str = ""
    every: Length | None = None
    timezone: str = "UTC"
    accounts: tuple[str, ...] = ()
    jitter: Length = timedelta()
    misfire_grace: Length = timedelta(hours=1)
    max_duration: Length = timedelta(hours=6)
    attempts: int = Field(default=3, ge=1, le=10)
    enabled: bool = True

    @model_validator(mode="after")
    def timed(self) -> Scheduled:
        """Demand one rule of time."""
        if bool(self.cron) == (self.every is not None):
            raise ValueError(f"the schedule {self.name!r} has either cron or every")
        if self.every is not None and self.every < timedelta(minutes=1):
            raise ValueError(f"the schedule {self.name!r}: every is at least 1m")
        return self


News = Literal["opened", "reopened", "coverage", "failing", "overdue", "incomplete", "deaf", "resolved"]


class Notified(Table):
    """Where news go. ``url``, ``secret`` and ``authorization`` may be read from elsewhere: ``env:NAME``, ``file:/path``."""

    name: Name
    kind: Literal["slack", "teams", "email", "webhook", "jira"]
    url: SecretStr
    secret: SecretStr | None = None
    authorization: SecretStr | None = None
    project: str = ""
    issue_type: str = "Task"
    min_severity: Severity = Severity.HIGH
    events: tuple[News, ...] = ("opened", "reopened", "coverage", "failing", "overdue", "incomplete", "deaf", "resolved")
    accounts: tuple[str, ...] = ()
    coverage_drop: float = Field(default=0.01, gt=0, le=1)


class Limited(Table):
    """How many of some accounts are scanned at once by all workers together, and how many calls they may send meanwhile."""

    name: Name
    accounts: tuple[str, ...] = Field(min_length=1)
    parallel: int = Field(ge=1, le=10_000)
    calls_per_second: float | None = Field(default=None, gt=0)


class Daemonic(Table):
    """How the daemon itself works. ``lease``: how long a daemon that says nothing keeps what it began."""

    parallel: int = Field(default=2, ge=1, le=64)
    listen: str = "127.0.0.1:9464"
    grace: Length = timedelta(seconds=25)  # Kubernetes waits for 30 s
    poll: Length = timedelta(seconds=5)
    lease: Length = timedelta(seconds=60)
    retention: Length | None = None
    log: Literal["json", "console"] = "json"
    dashboard: bool = False
    dashboard_listen: str = "127.0.0.1:8470"
    access: str = ""
    url: str = ""
    changes: str = ""


class Settings(BaseSettings):
    """Everything at the top level of demarc.toml. Each key is also an environment variable, ``DEMARC_DATABASE``.

    An empty variable counts as not set: that is how compose files pass on what nobody set.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, enable_decoding=False
    )

    database: str = "demarc.db"
    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    custom_checks: tuple[str, ...] = ()
    min_severity: Severity = Severity.INFORMATIONAL
    fail_on: Severity | None = None
    overlays: str = ""
    accounts: tuple[Accounted, ...] = ()
    schedules: tuple[Scheduled, ...] = ()
    notifications: tuple[Notified, ...] = ()
    daemon: Daemonic = Daemonic()
    broker: SecretStr = SecretStr("")  # its password may be in it
    limits: tuple[Limited, ...] = ()

    @field_validator("schedules", "notifications", "limits")
    @classmethod
    def named_apart(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        """Demand names that differ: the inventory knows schedules and channels by them."""
        names = [each.name for each in value]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two are called {twice!r}")
        return value

    @field_validator("regions", "services", "checks", "exclude", "custom_checks", mode="before")
    @classmethod
    def listed(cls, value: object) -> object:
        """Split what an environment variable holds at its commas."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("min_severity", "fail_on", mode="before")
    @classmethod
    def lowered(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 -- pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment override the file, whose values come in as keywords."""
        return env_settings, init_settings


@dataclass(frozen=True, slots=True)
class Target:
    """One account to scan: what to enter it with, and which part of it to read."""

    provider: Provider
    options: Any
    regions: frozenset[str]
    services: frozenset[str]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force, and each provider's options common to all of its accounts."""

    settings: Settings
    common: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def targets(
        self,
        name: str,
        flags: Mapping[str, Any],
        *,
        account: str = "",
        regions: Iterable[str] = (),
        services: Iterable[str] = (),
    ) -> list[Target]:
        """Return the accounts of one provider; without any configured, the one of the ambient credentials.

        Raises :class:`ConfigError` for an account that isn't configured, or an option of the wrong kind.
        """
        provider = providers.load(name)
        configured = [each for each in self.settings.accounts if each.provider == name]
        entries = configured or [Accounted(provider=name)]
        every = [self._options(provider, each, flags) for each in entries]
        options = provider.apart(every) if isinstance(provider, Apart) else every
        chosen = [(each, its) for each, its in zip(entries, options, strict=True) if account in ("", each.name)]
        if not chosen:
            known = ", ".join(each.name for each in configured) or "none"
            raise ConfigError(f"no {name} account is called {account!r} in {FILE}; configured: {known}")
        return [
            Target(
                provider,
                its,
                frozenset(regions) or frozenset(each.regions) or frozenset(self.settings.regions),
                frozenset(services) or frozenset(each.services) or frozenset(self.settings.services),
                each.name,
            )
            for each, its in chosen
        ]

    def _options(self, provider: Provider, account: Accounted, flags: Mapping[str, Any]) -> Any:
        given = {name: value for name, value in flags.items() if value is not None}
        merged = {**self.common.get(provider.name, {}), **(account.model_extra or {}), **given}
        try:
            return _adapter(provider.options).validate_python(merged)  # type: ignore[arg-type]  # classes are hashable
        except ValidationError as error:
            raise ConfigError(f"{provider.name} options: {complaint(error)}") from error


@cache
def _adapter(options: type[Any]) -> TypeAdapter[Any]:
    """Return what checks a provider's options: it takes longer to make than to use, and there may be ten thousand accounts."""
    return TypeAdapter(options)


def load(path: Path | None, environment: Mapping[str, str]) -> Config:
    """Read the configuration. *path* must exist when it is given; else :data:`FILE` is read where it exists.

    The folders of custom checks that it names count in this process from then on, and those of an earlier one no more.
    Raises :class:`ConfigError` for a file that can't be read, an unknown key or variable, or a value of the wrong kind.
    """
    file = path or Path(FILE)
    raw = read(file) if path or file.exists() else {}
    common = {name: _table(raw, name, str(file)) for name in providers.names()}
    refuse_unknown(raw, [*Settings.model_fields, *common], str(file))
    for name, values in common.items():
        refuse_unknown(values, options_of(name), f"{file} [{name}]")
    refuse_unknown_accounts(raw.get("accounts", []), str(file))
    refuse_unknown_variables(environment, common)
    try:
        settings = Settings(**{key: value for key, value in raw.items() if key not in common})
    except ValidationError as error:
        raise ConfigError(f"{file} or the environment: {complaint(error)}") from error
    registry.include(settings.custom_checks)
    return Config(settings, {name: {**values, **from_environment(name, environment)} for name, values in common.items()})


def read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} isn't TOML: {error}") from error


def overlays(file: str) -> Overlays | None:
    """Read what a file accepts and attests, where one is named. Raises :class:`UsageError`."""
    return parsed(read(Path(file)), file) if file else None


def _table(raw: Mapping[str, Any], name: str, where: str) -> dict[str, Any]:
    value = raw.get(name, {})
    if not isinstance(value, dict):
        raise ConfigError(f"{where}: {name} is a table: [{name}]")
    return value


def options_of(name: str) -> list[str]:
    return [each.name for each in fields(providers.load(name).options)]


def from_environment(name: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return a provider's options that are set as ``DEMARC_<PROVIDER>_<OPTION>``."""
    keys = {option: f"{PREFIX}{name}_{option}".upper() for option in options_of(name)}
    return {option: environment[key] for option, key in keys.items() if environment.get(key)}


def refuse_unknown_accounts(accounts: object, where: str) -> None:
    seen = set()
    for account in accounts if isinstance(accounts, list) else [accounts]:
        if not isinstance(account, dict) or account.get("provider") not in providers.names():
            raise ConfigError(f"{where}: each [[accounts]] names its provider: {', '.join(providers.names())}")
        known = [*Accounted.model_fields, *options_of(account["provider"])]
        refuse_unknown(account, known, f"{where} [[accounts]]")
        name = (account["provider"], account.get("name", ""))
        if name[1] and name in seen:
            raise ConfigError(f"{where}: two {name[0]} [[accounts]] are called {name[1]!r}")
        seen.add(name)


def refuse_unknown_variables(environment: Iterable[str], known_providers: Iterable[str]) -> None:
    """Raise :class:`ConfigError` for a variable that nobody reads but that was meant for us: ``DEMARC_DATABSE``.

    Others with our prefix are let be, for they may be of somebody else who named something after us.
    """
    own = {name: [f"{name}_{option}".upper() for option in options_of(name)] for name in known_providers}
    known = [*(each.upper() for each in Settings.model_fields), *(each for options in own.values() for each in options)]
    for variable in environment:
        name = variable.removeprefix(PREFIX)
        if name == variable or name in known:
            continue
        ours = name.startswith(tuple(f"{each}_".upper() for each in own))
        if near := nearest(name, known, 0 if ours else ALIKE):
            raise ConfigError(f"environment: unknown variable {variable}; did you mean {PREFIX}{near}?")


def refuse_unknown(given: Iterable[str], known: Iterable[str], where: str) -> None:
    """Raise :class:`ConfigError` for a key that nobody reads, with the one that was probably meant."""
    names = list(known)
    for key in given:
        if key not in names:
            raise ConfigError(f"{where}: unknown key {key!r}; did you mean {nearest(key, names)!r}?")


def nearest(given: str, known: Iterable[str], alike: float = 0) -> str:
    """Return the one of *known* that was probably meant, by its beginning or else its letters; or nothing."""
    names = list(known)
    longer = [name for name in names if name.startswith(f"{given}_")]
    return "".join((longer or get_close_matches(given, names, n=1, cutoff=alike))[:1])


def complaint(error: ValidationError) -> str:
    """Return the first complaint in one line. What was given is not told where it may be a secret."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    said = first["msg"].removeprefix("Value error, ")
    if not place:  # of the options as a whole
        return said
    if first["type"] == "value_error" or first["loc"][0] in {"notifications", "broker"}:
        return f"{place}: {said[:1].lower()}{said[1:]}"
    return f"{place}: {first['msg'].lower()} (got {first['input']!r})"
