"""What a user may say about one AWS account or organization, on the command line or in demarc.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass

from collectors.options import option

ROLE_NAME = "demarc-read"
ROLE = re.compile(r"[\w+=,.@/-]+", re.ASCII)  # with its path; the letters are those of IAM's own pattern
FILTERS = ("include_units", "exclude_units", "include_tags", "exclude_tags", "include_accounts", "exclude_accounts")


@dataclass(frozen=True, slots=True)
class AwsOptions:
    """Each field is an option ``--role-arn`` and a key ``role_arn``; the help texts are shown to users."""

    profile: str = option("", "Named profile of the shared AWS configuration.")
    role_arn: str = option("", "Role to assume, starting from the ambient credentials.")
    external_id: str = option("", "External id that the role's trust policy asks for.")
    organization: bool = option(False, "Read every account of the organization, from its management or a delegated account.")
    role_name: str = option(ROLE_NAME, "Role to assume in each account of the organization but the one that is entered.")
    include_units: str = option("", "Only accounts below these units (ou-…, workloads/prod*), separated by commas.")
    exclude_units: str = option("", "Not the accounts below these units, separated by commas.")
    include_tags: str = option("", "Only accounts with one of these tags (stage=prod*), separated by commas.")
    exclude_tags: str = option("", "Not the accounts with one of these tags, separated by commas.")
    include_accounts: str = option("", "Only these accounts (an id, a name, sandbox-*), separated by commas.")
    exclude_accounts: str = option("", "Not these accounts, separated by commas.")
    parallel: int = option(4, "How many accounts of an organization are read at once; they share the threads of a scan.")
    account_seconds: float = option(3600.0, "Seconds for each account of an organization; what is left is a gap. 0: no limit.")
    only_described: bool = option(False, "Do not ask AWS's own catalogues for resources of types that Demarc does not know.")
    endpoint_url: str = option("", "Send every call to this address instead of AWS's (a simulator, a proxy).")
    attempts: int = option(5, "How often one call is tried in all, throttling included.")
    connect_timeout: float = option(5.0, "Seconds to wait for a connection.")
    read_timeout: float = option(30.0, "Seconds to wait for an answer.")
    max_calls: int = option(0, "Send at most this many calls; what is left then is a gap. 0: no limit.")
    calls_per_second: float = option(0.0, "Send at most so many calls a second. 0: no limit.")
    max_seconds: float = option(0.0, "Stop reading after this many seconds; what is left then is a gap. 0: no limit.")

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.connect_timeout <= 0 or self.read_timeout <= 0:
            raise ValueError("attempts, connect_timeout and read_timeout must be more than 0")
        if self.max_calls < 0 or self.max_seconds < 0:
            raise ValueError("max_calls and max_seconds must not be negative")
        if self.account_seconds < 0 or self.calls_per_second < 0:
            raise ValueError("account_seconds and calls_per_second must not be negative")
        if not 1 <= self.parallel <= 16:
            raise ValueError("parallel must be 1 to 16")
        if not ROLE.fullmatch(self.role_name):
            raise ValueError("role_name must be the name of a role, with its path where it has one, and no ARN")
        if not self.organization and (given := [name for name in FILTERS if getattr(self, name)]):
            raise ValueError(f"{', '.join(given)} must come with organization")
        for each in (*listed(self.include_tags), *listed(self.exclude_tags)):
            if not each.partition("=")[2]:
                raise ValueError("tags must be written as key=value")


def listed(given: str) -> list[str]:
    """Return the parts of what is separated by commas."""
    return [part.strip() for part in given.split(",") if part.strip()]
