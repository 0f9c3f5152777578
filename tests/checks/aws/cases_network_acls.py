from typing import Any

from checks.aws.network_acls import admin_ports_closed, used
from tests.cases import FAIL, PASS, SKIP, case

WORLD, WORLD6 = "0.0.0.0/0", "::/0"


def entry(number: int, action: str, cidr: str = WORLD, *, ports: tuple[int, int] | None = None, **more: Any) -> dict[str, Any]:
    """Return a rule inwards: of all protocols, or of TCP when it names ports."""
    field = "Ipv6CidrBlock" if ":" in cidr else "CidrBlock"
    given = {"RuleNumber": number, "RuleAction": action, "Egress": False, field: cidr, "Protocol": "6" if ports else "-1"}
    return {**given, **({"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {}), **more}


def acl(*entries: dict[str, Any], default: bool = False, used: bool = True, **more: Any) -> dict[str, Any]:
    last = [entry(32767, "deny"), entry(32768, "deny", WORLD6)]
    return {"IsDefault": default, "Associations": [{"SubnetId": "subnet-1"}] * used, "Entries": [*entries, *last], **more}


def inward(outcome: Any, *entries: dict[str, Any]) -> Any:
    return case(admin_ports_closed, outcome, item=acl(*entries))


ALL = entry(100, "allow")

CASES = [
    inward(PASS),
    inward(PASS, entry(100, "allow", "10.0.0.0/8")),
    inward(PASS, entry(100, "allow", ports=(443, 443)), entry(110, "allow", ports=(1024, 3388))),
    inward(PASS, {**ALL, "Egress": True}),
    inward(PASS, entry(100, "allow", ports=(22, 22), Protocol="17")),
    inward(PASS, entry(50, "deny"), ALL),
    inward(PASS, entry(50, "deny", ports=(22, 3389)), entry(51, "deny", ports=(3389, 3389), Protocol="17"), ALL),
    inward(PASS, entry(50, "deny", "0.0.0.0/1"), entry(51, "deny", "128.0.0.0/1"), ALL),
    inward(FAIL, ALL),
    inward(FAIL, entry(100, "allow", WORLD6)),
    inward(FAIL, entry(100, "allow", ports=(22, 22))),
    inward(FAIL, entry(100, "allow", ports=(0, 65535))),
    inward(FAIL, entry(200, "deny"), ALL),
    inward(FAIL, entry(50, "deny", ports=(22, 22)), ALL),
    inward(FAIL, entry(50, "deny", "198.51.100.0/24"), ALL),
    inward(FAIL, entry(50, "deny", "0.0.0.0/1"), ALL),
    inward(FAIL, entry(50, "deny", WORLD6), ALL),
    inward(FAIL, entry(100, "allow", "0.0.0.0/1"), entry(101, "allow", "128.0.0.0/1")),
    inward(FAIL, entry(50, "deny", ports=(22, 3389)), ALL),
    case(admin_ports_closed, FAIL, item=acl(ALL, default=True, used=False)),
    case(admin_ports_closed, SKIP, item=acl(ALL, used=False)),
    case(admin_ports_closed, SKIP, item=acl(ALL, OwnerId="999999999999")),
    case(used, PASS, item=acl()),
    case(used, FAIL, item=acl(used=False)),
    case(used, SKIP, item=acl(default=True, used=False)),
]
