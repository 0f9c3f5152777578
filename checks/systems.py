"""Until when operating systems are maintained, by the names that they give themselves, as agents hand them on.

Dates are those of the vendors' public life cycle pages, as collected by endoflife.date, without maintenance that costs extra
(Ubuntu Pro, extended security updates of Windows, life cycle add-ons); of Debian, long-term support counts.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

# The first pattern that matches a system's name and version, whole or up to a further dot, counts.
ENDS = (
    ("Amazon Linux AMI .*", "2023-12-31"),
    ("Amazon Linux 2", "2026-06-30"),
    ("Amazon Linux 2023", "2029-06-30"),
    ("Ubuntu 12.04", "2017-04-28"),
    ("Ubuntu 14.04", "2019-04-02"),
    ("Ubuntu 16.04", "2021-04-02"),
    ("Ubuntu 18.04", "2023-05-31"),
    ("Ubuntu 20.04", "2025-05-31"),
    ("Ubuntu 22.04", "2027-04-01"),
    ("Ubuntu 24.04", "2029-05-31"),
    ("Ubuntu 26.04", "2031-04-30"),
    (r"Ubuntu (1\d|2[0-3])\.(04|10)", "2024-07-12"),
    ("Ubuntu 24.10", "2025-07-10"),
    ("Ubuntu 25.04", "2026-01-17"),
    ("Ubuntu 25.10", "2026-07-01"),
    (r"Debian GNU/Linux [1-8]", "2020-06-30"),
    ("Debian GNU/Linux 9", "2022-07-01"),
    ("Debian GNU/Linux 10", "2024-06-30"),
    ("Debian GNU/Linux 11", "2026-08-31"),
    ("Debian GNU/Linux 12", "2028-06-10"),
    (r"Red Hat Enterprise Linux( Server)? [1-5]", "2017-03-31"),
    ("Red Hat Enterprise Linux( Server)? 6", "2020-11-30"),
    ("Red Hat Enterprise Linux( Server)? 7", "2024-06-30"),
    ("Red Hat Enterprise Linux 8", "2029-05-31"),
    ("Red Hat Enterprise Linux 9", "2032-05-31"),
    (r"CentOS( Linux)? [1-6]", "2020-11-30"),
    ("CentOS Linux 7", "2024-06-30"),
    ("CentOS Linux 8", "2021-12-31"),
    ("CentOS Stream 8", "2024-05-31"),
    ("CentOS Stream 9", "2027-05-31"),
    ("Rocky Linux 8", "2029-05-31"),
    ("Rocky Linux 9", "2032-05-31"),
    ("Oracle Linux Server 6", "2021-03-01"),
    ("Oracle Linux Server 7", "2024-12-01"),
    ("Oracle Linux Server 8", "2029-07-01"),
    ("Oracle Linux Server 9", "2032-06-30"),
    ("SLES 11", "2019-03-31"),
    ("SLES 12", "2024-10-31"),
    (r"SLES 15\.[0-5]", "2024-12-31"),
    ("Microsoft Windows Server 2003.*", "2015-07-14"),
    ("Microsoft Windows Server 2008.*", "2020-01-14"),
    ("Microsoft Windows Server 2012.*", "2023-10-10"),
    ("Microsoft Windows Server 2016.*", "2027-01-12"),
    ("Microsoft Windows Server 2019.*", "2029-01-09"),
    ("Microsoft Windows Server 2022.*", "2031-10-14"),
    ("Microsoft Windows Server 2025.*", "2034-10-10"),
)
PATTERNS = tuple((re.compile(rf"{pattern}(\.\d.*)?"), datetime.fromisoformat(day).replace(tzinfo=UTC)) for pattern, day in ENDS)


def maintained_until(system: str) -> datetime | None:
    """Return the day on which maintenance of *system* (``Ubuntu 22.04``) ends; ``None`` for one that is not known here."""
    return next((day for pattern, day in PATTERNS if pattern.fullmatch(system)), None)
