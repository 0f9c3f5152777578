"""What a user may say about one organization, folder or project, on the command line or in demarc.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from collectors.options import option

NUMBER = re.compile(r"[0-9]+")
PROJECT = re.compile(r"[a-z0-9.:-]+")


@dataclass(frozen=True, slots=True)
class GcpOptions:
    """Each field is an option ``--quota-project`` and a key ``quota_project``; the help texts are shown to users."""

    organization: str = option("", "Number of the organization to read, with all that lies below it.")
    folder: str = option("", "Number of the folder to read, with all that lies below it.")
    project: str = option("", "Project to read; without any of the three, the one of the credentials.")
    include_projects: str = option("", "Only these projects and folders (sandbox-*, folders/123), separated by commas.")
    exclude_projects: str = option("", "Not these projects and folders, separated by commas.")
    credentials: str = option("", "File with a service account's key or a workload identity federation.")
    impersonate: str = option("", "Service account to act as; with delegates, the account to act as last.")
    quota_project: str = option("", "Project whose quota the calls use, and which has the API enabled.")
    from_: str = option("", "Read this file or folder of exported assets (JSON lines, gzip too) and call nothing.")
    as_of: str = option("", "Read what was there at this time, up to 35 days ago (2026-01-31T06:00:00Z).")
    resume: str = option("", "Folder that keeps what was read, so that a killed scan goes on where it was.")
    endpoint_url: str = option("", "Send every call to this address instead of Google's (a simulator, a proxy).")
    page_size: int = option(1000, "How many assets one call asks for.")
    attempts: int = option(8, "How often one call is tried in all; a quota's minute has to fit in.")
    connect_timeout: float = option(5.0, "Seconds to wait for a connection.")
    read_timeout: float = option(60.0, "Seconds to wait for an answer.")
    max_calls: int = option(0, "Send at most this many calls; what is left then is a gap. 0: no limit.")
    calls_per_second: float = option(0.0, "Send at most so many calls a second. 0: no limit.")
    max_seconds: float = option(0.0, "Stop reading after this many seconds; what is left then is a gap. 0: no limit.")

    def __post_init__(self) -> None:
        if sum(map(bool, (self.organization, self.folder, self.project))) > 1:
            raise ValueError("organization, folder and project exclude each other")
        for name in ("organization", "folder"):
            if getattr(self, name) and not NUMBER.fullmatch(getattr(self, name).removeprefix(f"{name}s/")):
                raise ValueError(f"{name} is a number, as `gcloud {name}s list` shows it")
        if self.project and not PROJECT.fullmatch(self.project.removeprefix("projects/")):
            raise ValueError("project is the id or the number of a project")
        if self.attempts < 1 or self.connect_timeout <= 0 or self.read_timeout <= 0:
            raise ValueError("attempts, connect_timeout and read_timeout must be more than 0")
        if min(self.max_calls, self.max_seconds, self.calls_per_second) < 0 or not 1 <= self.page_size <= 1000:
            raise ValueError("max_calls, max_seconds and calls_per_second must not be negative, page_size is 1 to 1000")
        if self.from_ and (self.as_of or self.resume):
            raise ValueError("an export has its own time, and nothing to resume: from excludes as_of and resume")
        self.moment()

    @property
    def scope(self) -> str:
        """Return what is to be read as Google names it (``organizations/1``), empty when nothing was said."""
        for name in ("organization", "folder", "project"):
            if given := getattr(self, name):
                return f"{name}s/{given.removeprefix(f'{name}s/')}"
        return ""

    def moment(self) -> datetime | None:
        """Return the time of ``as_of``. Raises ValueError when it is none."""
        if not self.as_of:
            return None
        try:
            moment = datetime.fromisoformat(self.as_of)
        except ValueError as error:
            raise ValueError("as_of is a time like 2026-01-31 or 2026-01-31T06:00:00Z") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
