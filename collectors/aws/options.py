"""What a user may say about one AWS account, on the command line or in demarc.toml."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def option(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, slots=True)
class AwsOptions:
    """Each field is an option ``--role-arn`` and a key ``role_arn``; the help texts are shown to users."""

    profile: str = option("", "Named profile of the shared AWS configuration.")
    role_arn: str = option("", "Role to assume, starting from the ambient credentials.")
    external_id: str = option("", "External id that the role's trust policy asks for.")
    endpoint_url: str = option("", "Send every call to this address instead of AWS's (a simulator, a proxy).")
    attempts: int = option(5, "How often one call is tried in all, throttling included.")
    connect_timeout: float = option(5.0, "Seconds to wait for a connection.")
    read_timeout: float = option(30.0, "Seconds to wait for an answer.")
    max_calls: int = option(0, "Send at most this many calls; what is left then is a gap. 0: no limit.")
    max_seconds: float = option(0.0, "Stop reading after this many seconds; what is left then is a gap. 0: no limit.")

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.connect_timeout <= 0 or self.read_timeout <= 0:
            raise ValueError("attempts, connect_timeout and read_timeout must be more than 0")
        if self.max_calls < 0 or self.max_seconds < 0:
            raise ValueError("max_calls and max_seconds must not be negative")
