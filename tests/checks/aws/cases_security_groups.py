from typing import Any

from checks.aws import security_groups
from scanner.evaluation.check import Check
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, REGION, SKIP, UNKNOWN, case, resource, unlisted

LIST, AWS_LIST, INTERFACE = "aws.vpc.prefix_list", "aws.vpc.aws_prefix_list", "aws.vpc.network_interface"
WORLD, WORLD6 = "0.0.0.0/0", "::/0"
EXPOSED = {each.id.rpartition(".")[2]: each for each in security_groups.EXPOSED}
SSH4, SSH6 = EXPOSED["admin_ports_closed_ipv4"], EXPOSED["admin_ports_closed_ipv6"]


def rule(port: int | tuple[int, int], *cidrs: str, protocol: str = "tcp", lists: tuple[str, ...] = ()) -> dict[str, Any]:
    low, high = port if isinstance(port, tuple) else (port, port)
    return {
        "IpProtocol": protocol,
        "FromPort": low,
        "ToPort": high,
        "IpRanges": [{"CidrIp": each} for each in cidrs if ":" not in each],
        "Ipv6Ranges": [{"CidrIpv6": each} for each in cidrs if ":" in each],
        "PrefixListIds": [{"PrefixListId": each} for each in lists],
        "UserIdGroupPairs": [],
    }


def everything(*cidrs: str) -> dict[str, Any]:
    """Return a rule for all protocols, as AWS gives it: without ports."""
    named = rule(0, *cidrs, protocol="-1")
    return {key: value for key, value in named.items() if key not in ("FromPort", "ToPort")}


def group(*rules: dict[str, Any], outwards: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    item = {"GroupId": "sg-1", "GroupName": "web", "OwnerId": "123456789012"}
    return {**item, "IpPermissions": list(rules), "IpPermissionsEgress": list(outwards), **more}


def prefix_list(*cidrs: str, type: str = LIST, region: str = REGION) -> Resource:
    listed = [{"Cidr": each} for each in cidrs]
    return resource(type, "pl-1", region, item={"PrefixListId": "pl-1"}, entries=listed)


def inward(check: Check, outcome: Any, *rules: dict[str, Any], **more: Any) -> Any:
    return case(check, outcome, item=group(*rules), **more)


FROM_LIST = rule(22, lists=("pl-1",))
SHARED = group(rule(22, WORLD), OwnerId="999999999999")
QUARTERS = ("0.0.0.0/2", "64.0.0.0/2")
DEFAULT: dict[str, Any] = {"GroupName": "default"}

ADMIN_CASES = [
    inward(SSH4, PASS),
    inward(SSH4, PASS, rule(22, "198.51.100.7/32")),
    inward(SSH4, PASS, rule(443, WORLD), rule((1024, 3388), WORLD)),
    inward(SSH4, PASS, rule(22, WORLD6)),
    inward(SSH4, PASS, rule(22, WORLD, protocol="udp")),
    inward(SSH4, PASS, rule(-1, WORLD, protocol="icmp")),
    inward(SSH4, PASS, rule(22, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")),
    inward(SSH4, PASS, rule(22, "19.0.0.0/8")),
    inward(SSH4, FAIL, rule(22, WORLD)),
    inward(SSH4, FAIL, rule(3389, WORLD)),
    inward(SSH4, FAIL, rule(3389, WORLD, protocol="udp")),
    inward(SSH4, FAIL, rule((0, 65535), WORLD)),
    inward(SSH4, FAIL, rule((20, 25), WORLD)),
    inward(SSH4, FAIL, rule(22, WORLD, protocol="6")),
    inward(SSH4, FAIL, rule(-1, WORLD)),
    inward(SSH4, FAIL, everything(WORLD)),
    inward(SSH4, FAIL, rule(22, "0.0.0.0/1", "128.0.0.0/1")),
    inward(SSH4, FAIL, rule(22, "0.0.0.0/1"), rule((22, 23), "128.0.0.0/1")),
    inward(SSH4, FAIL, rule(22, "20.0.0.0/7")),
    inward(SSH4, FAIL, rule(22, "10.0.0.0/8", "20.0.0.0/8", "50.0.0.0/16")),
    inward(SSH4, FAIL, FROM_LIST, inventory=[prefix_list(*QUARTERS)]),
    inward(SSH4, FAIL, FROM_LIST, rule(22, WORLD), inventory=[unlisted(LIST)]),
    inward(SSH4, PASS, FROM_LIST, inventory=[prefix_list("198.51.100.0/24")]),
    inward(SSH4, PASS, FROM_LIST, inventory=[prefix_list(type=AWS_LIST)]),
    inward(SSH4, PASS, rule(443, lists=("pl-2",)), inventory=[resource(AWS_LIST, item={"PrefixListId": "pl-2"})]),
    inward(SSH4, UNKNOWN, FROM_LIST),
    inward(SSH4, UNKNOWN, FROM_LIST, inventory=[prefix_list(WORLD, region="us-east-1")]),
    inward(SSH4, UNKNOWN, FROM_LIST, inventory=[unlisted(LIST)]),
    inward(SSH4, UNKNOWN, FROM_LIST, inventory=[resource(LIST, item={"PrefixListId": "pl-1"}, entries=DENIED)]),
    case(SSH4, SKIP, item=SHARED),
    inward(SSH6, PASS, rule(22, WORLD)),
    inward(SSH6, PASS, rule(22, "2001:db8::/32", "fc00::/7")),
    inward(SSH6, PASS, rule(22, "2600::/12")),
    inward(SSH6, FAIL, rule(22, WORLD6)),
    inward(SSH6, FAIL, everything(WORLD6)),
    inward(SSH6, FAIL, rule(3389, "2000::/3")),
    inward(SSH6, FAIL, rule(22, "::/1", "8000::/1")),
]

# For the other tables of ports: one that is in it, one that is not.
TABLES = {
    "file_shares_closed": (445, 443),
    "remote_control_closed": (23, 22),
    "databases_closed": (5432, 443),
    "inner_services_closed": (2375, 80),
    "mail_and_test_ports_closed": (8080, 443),
}
TABLE_CASES = [
    found
    for name, (bad, good) in TABLES.items()
    for found in (
        inward(EXPOSED[name], PASS, rule(good, WORLD, WORLD6)),
        inward(EXPOSED[name], PASS, rule(bad, "10.0.0.0/8")),
        inward(EXPOSED[name], FAIL, rule(bad, WORLD)),
        inward(EXPOSED[name], FAIL, rule((bad - 1, bad + 1), WORLD6)),
        inward(EXPOSED[name], FAIL, everything(WORLD)),
        inward(EXPOSED[name], UNKNOWN, rule(bad, lists=("pl-1",))),
    )
]

# Ports that scanners look for beside those everybody knows: JMX of Cassandra, Kerberos, LDAP over TLS, SQL Server's own door.
FURTHER_CASES = [
    inward(EXPOSED[name], FAIL, rule(port, WORLD))
    for name, ports in {
        "databases_closed": (1434, 7199),
        "inner_services_closed": (88, 464, 636),
        "mail_and_test_ports_closed": (25, 3000, 4333, 5500, 8888),
    }.items()
    for port in ports
]

WIDE, OUT, CLOSED, USED = (
    security_groups.not_wide_open,
    security_groups.egress_narrow,
    security_groups.default_closed,
    security_groups.used,
)
BY_OTHER = resource("aws.vpc.security_group", "other", item=group({"UserIdGroupPairs": [{"GroupId": "sg-1"}]}))
BY_ITSELF = resource("aws.vpc.security_group", item=group({"UserIdGroupPairs": [{"GroupId": "sg-1"}]}))
ATTACHED = resource(INTERFACE, item={"Groups": [{"GroupId": "sg-1"}]})

CASES = [
    *ADMIN_CASES,
    *TABLE_CASES,
    *FURTHER_CASES,
    inward(WIDE, PASS, rule(80, WORLD), rule(443, WORLD, WORLD6)),
    inward(WIDE, PASS, everything("10.0.0.0/8")),
    inward(WIDE, FAIL, everything(WORLD)),
    inward(WIDE, FAIL, everything(WORLD6)),
    inward(WIDE, FAIL, rule((0, 65535), WORLD, protocol="udp")),
    inward(WIDE, FAIL, rule((1, 600), WORLD), rule((601, 1200), WORLD)),
    inward(WIDE, UNKNOWN, rule((0, 65535), lists=("pl-1",)), inventory=[unlisted(LIST)]),
    case(OUT, PASS, item=group(outwards=(rule(443, WORLD),))),
    case(OUT, PASS, item=group(outwards=(rule((0, 65535), lists=("pl-1",)),)), inventory=[prefix_list(type=AWS_LIST)]),
    case(OUT, FAIL, item=group(outwards=(everything(WORLD),))),
    case(OUT, SKIP, item=group(outwards=(everything(WORLD),), **DEFAULT)),
    case(CLOSED, PASS, item=group(**DEFAULT)),
    case(CLOSED, FAIL, item=group(rule(22, "10.0.0.0/8"), **DEFAULT)),
    case(CLOSED, FAIL, item=group(outwards=(everything(WORLD),), **DEFAULT)),
    case(CLOSED, FAIL, item=group({"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-1"}]}, **DEFAULT)),
    case(CLOSED, SKIP, item=group(everything(WORLD))),
    case(CLOSED, SKIP, item=group(everything(WORLD), OwnerId="999999999999", **DEFAULT)),
    case(USED, PASS, item=group(), inventory=[ATTACHED]),
    case(USED, PASS, item=group(), inventory=[BY_OTHER]),
    case(USED, FAIL, item=group()),
    case(USED, FAIL, item=group(), inventory=[BY_ITSELF]),
    case(USED, SKIP, item=group(**DEFAULT)),
    case(USED, UNKNOWN, item=group(), inventory=[unlisted(INTERFACE)]),
    inward(security_groups.web_alone_open, PASS),
    inward(security_groups.web_alone_open, PASS, rule(443, WORLD, WORLD6), rule(80, WORLD)),
    inward(security_groups.web_alone_open, PASS, rule(443, WORLD, protocol="udp")),
    inward(security_groups.web_alone_open, PASS, rule(8080, "10.0.0.0/8")),
    inward(security_groups.web_alone_open, FAIL, rule(8080, WORLD)),
    inward(security_groups.web_alone_open, FAIL, rule(8080, WORLD6)),
    inward(security_groups.web_alone_open, FAIL, rule((80, 81), WORLD)),
    inward(security_groups.web_alone_open, FAIL, rule(80, WORLD, protocol="udp")),
    inward(security_groups.web_alone_open, FAIL, everything(WORLD)),
    inward(security_groups.web_alone_open, UNKNOWN, FROM_LIST, inventory=[unlisted(LIST)]),
    case(security_groups.web_alone_open, SKIP, item=SHARED),
]
