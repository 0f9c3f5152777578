"""Logs as lines of JSON, or in colours for people; without the secrets that the configuration holds."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import orjson

from scanner.reports.safe import terminal


@contextmanager
def without(module: str) -> Iterator[None]:
    """Import what can do without *module* as if that were not installed, unless it is loaded already."""
    missing = module not in sys.modules
    if missing:
        sys.modules[module] = None  # type: ignore[assignment] # what Python itself takes for a module that is not there
    try:
        yield
    finally:
        if missing:
            del sys.modules[module]


with without("rich"):  # 4 MB for tracebacks in colours, which no log of ours has
    import structlog

HIDDEN = "[hidden]"
Line = MutableMapping[str, Any]


class Hiding:
    """Replaces secrets wherever they stand in a line. The last word of every log, before it becomes text."""

    def __init__(self) -> None:
        self._secrets: tuple[str, ...] = ()

    def learn(self, secrets: Iterable[str]) -> None:
        """Hide *secrets* too; what was one before stays one."""
        self._secrets = tuple(sorted({*self._secrets, *(each for each in secrets if each)}, key=len, reverse=True))

    def __call__(self, _logger: object, _name: str, line: Line) -> Line:
        return {name: self.hidden(value) for name, value in line.items()}

    def hidden(self, value: Any) -> Any:
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, HIDDEN)
            return terminal(value)
        if isinstance(value, dict):
            return {name: self.hidden(each) for name, each in value.items()}
        return [self.hidden(each) for each in value] if isinstance(value, (list, tuple)) else value


hiding = Hiding()


def logger() -> Any:
    """Return what writes to the log. Who is the first to load structlog asks here, and so loads it without rich."""
    return structlog.get_logger()


def configure(form: str) -> None:
    """Let every log of this process, ours and those of libraries from warnings on, go to stderr in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ends: list[Any] = [structlog.processors.format_exc_info, hiding, _renderer(form)]
    structlog.configure(
        processors=[*shared, *ends],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[strip, *ends]))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def _renderer(form: str) -> Callable[..., str | bytes]:
    if form == "console":
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer(serializer=_json)


def _json(line: Any, **_: Any) -> str:
    return orjson.dumps(line, default=str).decode()
