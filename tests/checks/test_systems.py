"""Names of systems as agents write them, against the end of their maintenance."""

from __future__ import annotations

import pytest

from checks.systems import maintained_until


@pytest.mark.parametrize(
    ("system", "day"),
    [
        ("Amazon Linux AMI 2018.03", "2023-12-31"),
        ("Amazon Linux 2", "2026-06-30"),
        ("Amazon Linux 2023", "2029-06-30"),
        ("Ubuntu 16.04", "2021-04-02"),
        ("Ubuntu 22.04", "2027-04-01"),
        ("Ubuntu 21.10", "2024-07-12"),
        ("Ubuntu 25.04", "2026-01-17"),
        ("Debian GNU/Linux 10", "2024-06-30"),
        ("Debian GNU/Linux 9.13", "2022-07-01"),
        ("Red Hat Enterprise Linux Server 7.9", "2024-06-30"),
        ("Red Hat Enterprise Linux 8.10", "2029-05-31"),
        ("CentOS Linux 7.9.2009", "2024-06-30"),
        ("SLES 15.1", "2024-12-31"),
        ("SLES 12.5", "2024-10-31"),
        ("Microsoft Windows Server 2008 R2 Datacenter 6.1.7601", "2020-01-14"),
        ("Microsoft Windows Server 2022 Datacenter 10.0.20348", "2031-10-14"),
    ],
)
def test_a_known_system_ends_on_its_day(system: str, day: str) -> None:
    ends = maintained_until(system)
    assert ends is not None
    assert ends.date().isoformat() == day


@pytest.mark.parametrize(
    "system",
    [
        "",
        "Bottlerocket 1.19",
        "Red Hat Enterprise Linux 10.0",
        "SLES 15.7",
        "Debian GNU/Linux 13",
        "Amazon Linux 2027",
        "Ubuntu",
    ],
)
def test_what_is_not_known_is_not_guessed(system: str) -> None:
    assert maintained_until(system) is None
