"""Which system agents and images mean."""

from __future__ import annotations

import pytest

from checks.azure import guests


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("ubuntu 22.04", "Ubuntu 22.04"),
        ("Canonical ubuntu-24_04-lts server", "Ubuntu 24.04"),
        ("Canonical 0001-com-ubuntu-server-jammy 22_04-lts-gen2", "Ubuntu 22.04"),
        ("Canonical 0001-com-ubuntu-minimal-jammy minimal", "Ubuntu 22.04"),
        ("Canonical UbuntuServer 16.04-LTS", "Ubuntu 16.04"),
        ("Ubuntu 22.04.3 LTS", "Ubuntu 22.04"),
        ("debian 11", "Debian GNU/Linux 11"),
        ("Debian debian-12 12-gen2", "Debian GNU/Linux 12"),
        ("redhat 8.6", "Red Hat Enterprise Linux 8"),
        ("RedHat RHEL 79-gen2", "Red Hat Enterprise Linux 7"),
        ("RedHat RHEL 810_gen2", "Red Hat Enterprise Linux 8"),
        ("RedHat RHEL 10_0-gen2", "Red Hat Enterprise Linux 10"),
        ("redhat 10.1", "Red Hat Enterprise Linux 10"),
        ("Red Hat Enterprise Linux 9.2 (Plow)", "Red Hat Enterprise Linux 9"),
        ("centos 7.9", "CentOS Linux 7"),
        ("OpenLogic CentOS 8_5-gen2", "CentOS Linux 8"),
        ("CentOS Stream 9", "CentOS Stream 9"),
        ("Oracle Oracle-Linux ol79-gen2", "Oracle Linux Server 7"),
        ("sles 15.4", "SLES 15.4"),
        ("SUSE sles-15-sp5 gen2", "SLES 15.5"),
        ("Windows Server 2019 Datacenter Microsoft Windows NT 10.0.17763.0", "Microsoft Windows Server 2019"),
        ("MicrosoftWindowsServer WindowsServer 2016-Datacenter", "Microsoft Windows Server 2016"),
        ("MicrosoftWindowsServer WindowsServer 2022-datacenter-azure-edition", "Microsoft Windows Server 2022"),
        ("Windows 11 Enterprise multi-session 10.0.22631", ""),
        ("flatcar 3510.2.0", ""),
        (" ", ""),
        (None, ""),
    ],
)
def test_a_system_is_known_by_what_agents_and_images_say(told: object, name: str) -> None:
    assert guests.system(told) == name


def test_the_first_text_that_names_a_system_counts() -> None:
    assert guests.system("", "linux", "ubuntu 24.04", "debian 11") == "Ubuntu 24.04"
