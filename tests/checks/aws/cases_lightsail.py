from datetime import UTC, datetime
from typing import Any

import pytest

from checks.aws import lightsail
from scanner.evaluation.check import Check
from scanner.model import Outcome
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case

EXPOSED = {each.id.rpartition(".")[2]: each for each in lightsail.EXPOSED}
ADMIN = EXPOSED["admin_ports_closed"]
WIDE = lightsail.not_wide_open
OF_SERVER, OF_DISK = lightsail.backed_up
(LASTS,) = lightsail.SYSTEM_LASTS
DAY = datetime(2026, 1, 15, tzinfo=UTC)
DAILY = {"name": "AutoSnapshot", "status": "Enabled", "snapshotTimeOfDay": "06:00"}


def port(low: int, *cidrs: str, high: int = -1, protocol: str = "tcp", **more: Any) -> dict[str, Any]:
    told = {"fromPort": low, "toPort": low if high < 0 else high, "protocol": protocol, "accessType": "public"}
    blocks = {"cidrs": [each for each in cidrs if ":" not in each], "ipv6Cidrs": [each for each in cidrs if ":" in each]}
    return {**told, "accessDirection": "inbound", **blocks, **more}


def in_words(number: int, words: str) -> dict[str, Any]:
    """Return a rule as it was told before rules had blocks."""
    return {"fromPort": number, "toPort": number, "protocol": "tcp", "accessFrom": words, "accessType": "public"}


def opens(check: Check, outcome: Outcome, *ports: dict[str, Any]) -> pytest.ParameterSet:
    found: pytest.ParameterSet = case(check, outcome, item={"networking": {"ports": list(ports)}})
    return found


def made_of(outcome: Outcome, blueprint: str, check: Check = lightsail.maintained_system) -> pytest.ParameterSet:
    found: pytest.ParameterSet = case(check, outcome, item={"blueprintId": blueprint}, now=DAY)
    return found


PORTS = [
    opens(ADMIN, PASS),
    opens(ADMIN, PASS, port(22, "198.51.100.0/24"), port(80, "0.0.0.0/0", "::/0")),
    opens(ADMIN, PASS, port(22, cidrListAliases=["lightsail-connect"])),
    opens(ADMIN, PASS, port(22, "0.0.0.0/0", accessDirection="outbound")),
    opens(ADMIN, PASS, port(22, "0.0.0.0/0", accessType="Private")),
    opens(ADMIN, PASS, port(8, "0.0.0.0/0", high=-1, protocol="icmp")),
    opens(ADMIN, PASS, in_words(22, "Custom (198.51.100.7/32)"), in_words(80, "Anywhere (0.0.0.0/0)")),
    opens(ADMIN, FAIL, port(22, "0.0.0.0/0")),
    opens(ADMIN, FAIL, port(3389, "::/0")),
    opens(ADMIN, FAIL, port(3389, "0.0.0.0/0", protocol="udp")),
    opens(ADMIN, FAIL, port(22, "0.0.0.0/1", "128.0.0.0/1")),
    opens(ADMIN, FAIL, port(20, "0.0.0.0/0", high=30)),
    opens(ADMIN, FAIL, port(0, "0.0.0.0/0", protocol="all")),
    opens(ADMIN, FAIL, port(0, "0.0.0.0/0", high=65535, protocol="-1")),
    opens(ADMIN, FAIL, in_words(22, "Anywhere (0.0.0.0/0)")),
    opens(ADMIN, FAIL, in_words(22, "Anywhere")),
    opens(EXPOSED["databases_closed"], PASS, port(3306, "10.0.0.0/8")),
    opens(EXPOSED["databases_closed"], FAIL, port(3306, "0.0.0.0/0")),
    opens(EXPOSED["file_shares_closed"], PASS, port(443, "0.0.0.0/0")),
    opens(EXPOSED["file_shares_closed"], FAIL, port(445, "0.0.0.0/0")),
    opens(EXPOSED["remote_control_closed"], PASS, port(443, "0.0.0.0/0")),
    opens(EXPOSED["remote_control_closed"], FAIL, port(5900, "0.0.0.0/0")),
    opens(EXPOSED["inner_services_closed"], PASS, port(443, "0.0.0.0/0")),
    opens(EXPOSED["inner_services_closed"], FAIL, port(2375, "0.0.0.0/0")),
    opens(WIDE, PASS, port(80, "0.0.0.0/0"), port(443, "0.0.0.0/0")),
    opens(WIDE, PASS, port(0, "10.0.0.0/8", protocol="all")),
    opens(WIDE, FAIL, port(1024, "0.0.0.0/0", high=65535)),
    opens(WIDE, FAIL, port(0, "::/0", protocol="all")),
]

SERVERS = [
    case(lightsail.metadata_v2, PASS, item={"metadataOptions": {"httpTokens": "required", "httpEndpoint": "enabled"}}),
    case(lightsail.metadata_v2, PASS, item={"metadataOptions": {"httpTokens": "optional", "httpEndpoint": "disabled"}}),
    case(lightsail.metadata_v2, FAIL, item={"metadataOptions": {"httpTokens": "optional", "httpEndpoint": "enabled"}}),
    case(lightsail.metadata_v2, FAIL, item={}),
    made_of(PASS, "ubuntu_22_04"),
    made_of(PASS, "amazon_linux_2023"),
    made_of(PASS, "amazon_linux_2"),
    made_of(PASS, "debian_12"),
    made_of(PASS, "windows_server_2022"),
    made_of(PASS, "windows_server_2019_sql_2019_express"),
    made_of(FAIL, "ubuntu_16_04_2"),
    made_of(FAIL, "debian_9_5"),
    made_of(FAIL, "amazon_linux"),
    made_of(FAIL, "amazon_linux_2018_03_0_2"),
    made_of(FAIL, "centos_7_1901_01"),
    made_of(FAIL, "windows_server_2012"),
    made_of(UNKNOWN, "ubuntu_40_04"),
    made_of(UNKNOWN, "wordpress"),
    made_of(UNKNOWN, ""),
    made_of(UNKNOWN, "wordpress", LASTS),
    made_of(PASS, "debian_12", LASTS),
    case(LASTS, FAIL, item={"blueprintId": "amazon_linux_2"}, now=datetime(2026, 5, 1, tzinfo=UTC)),
    made_of(SKIP, "debian_9_5", LASTS),
    case(lightsail.key_of_its_own, PASS, item={"sshKeyName": "shop"}),
    case(lightsail.key_of_its_own, FAIL, item={"sshKeyName": "LightsailDefaultKeyPair"}),
    case(lightsail.key_of_its_own, SKIP, item={}),
    case(OF_SERVER, PASS, item={"addOns": [DAILY]}),
    case(OF_SERVER, FAIL, item={"addOns": [{**DAILY, "status": "Disabled"}]}),
    case(OF_SERVER, FAIL, item={"addOns": [{"name": "StopInstanceOnIdle", "status": "Enabled"}]}),
    case(OF_SERVER, FAIL, item={}),
]

DISKS = [
    case(OF_DISK, PASS, item={"addOns": [DAILY], "isSystemDisk": False}),
    case(OF_DISK, FAIL, item={"addOns": [], "isSystemDisk": False}),
    case(OF_DISK, SKIP, item={"isSystemDisk": True}),
    case(lightsail.in_use, PASS, item={"isAttached": True, "attachedTo": "shop"}),
    case(lightsail.in_use, FAIL, item={"isAttached": False}),
]

CASES = [*PORTS, *SERVERS, *DISKS]
