"""Checks on security groups: what they open to the world, and what is left lying about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks.aws.owned import owned
from checks.aws.ports import Port, Span, open_spans
from checks.aws.world import FAMILIES
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

GROUP = "aws.vpc.security_group"
RANGE = 1000  # more ports than that are a range, not services that somebody chose
REVOKE = "aws ec2 revoke-security-group-ingress --group-id {name} --region {region} --ip-permissions RULE"


def _tcp(**names: str) -> dict[Port, str]:
    """Return the ports of each name: ``SSH="22"``."""
    return {("tcp", int(port)): name.replace("_", " ") for name, ports in names.items() for port in ports.split()}


def _udp(**names: str) -> dict[Port, str]:
    return {("udp", int(port)): name.replace("_", " ") for name, ports in names.items() for port in ports.split()}


ADMINISTRATION = _tcp(SSH="22", RDP="3389") | _udp(RDP="3389")
FILE_SHARES = _tcp(SMB="445")
REMOTE = _tcp(
    FTP="20 21",
    Telnet="23",
    RPC="135",
    rsh="512 513 514",
    VNC="5800 5900 5901 5902 5903",
    WinRM="5985 5986",
    X11="6000",
)
DATABASES = _tcp(
    SQL_Server="1433",
    Oracle="1521 2483 2484",
    MySQL="3306",
    PostgreSQL="5432",
    Redshift="5439",
    CouchDB="5984",
    Redis="6379",
    Cassandra="7000 7001 9042 9160",
    Neo4j="7473 7474 7687",
    Neptune="8182",
    OpenSearch="9200 9300",
    Memcached="11211",
    MongoDB="27017 27018 27019",
    Db2="50000",
) | _udp(SQL_Server="1434", Memcached="11211")
INNER = _tcp(
    NetBIOS="139",
    rpcbind="111",
    LDAP="389",
    rsync="873",
    NFS="2049",
    ZooKeeper="2181",
    Docker="2375 2376",
    etcd="2379 2380",
    Kibana="5601",
    RabbitMQ="5672 15672",
    Kubernetes="6443",
    Consul="8500",
    Kafka="9092",
    kubelet="10250 10255",
) | _udp(TFTP="69", rpcbind="111", NetBIOS="137 138", SNMP="161", LDAP="389")


@dataclass(frozen=True, slots=True)
class Exposure:
    """Ports that the world has no business with."""

    name: str
    title: str
    risk: str
    ports: Mapping[Port, str]
    severity: Severity
    control: str = "network.public_access"
    families: tuple[int, ...] = FAMILIES
    cis: tuple[str, ...] = ()


EXPOSURES = (
    Exposure(
        "admin_ports_closed_ipv4",
        "Group keeps administration ports closed to all of IPv4",
        "Anybody may guess passwords, or use the next hole in SSH or RDP, at their leisure.",
        ADMINISTRATION,
        Severity.HIGH,
        "network.admin_ports",
        (4,),
        ("v5:5.3", "v6:6.3", "v7:6.3"),
    ),
    Exposure(
        "admin_ports_closed_ipv6",
        "Group keeps administration ports closed to all of IPv6",
        "Anybody with an IPv6 address may guess passwords, or use the next hole in SSH or RDP, at their leisure.",
        ADMINISTRATION,
        Severity.HIGH,
        "network.admin_ports",
        (6,),
        ("v5:5.4", "v6:6.4", "v7:6.4"),
    ),
    Exposure(
        "file_shares_closed",
        "Group keeps Windows file shares closed to the world",
        "Shares are read and encrypted by worms that look for nothing but this port.",
        FILE_SHARES,
        Severity.HIGH,
        cis=("v5:5.1.2", "v6:6.1.2", "v7:6.1.2"),
    ),
    Exposure(
        "remote_control_closed",
        "Group keeps ports of remote control closed to the world",
        "Old or weak protocols give whoever guesses a password control of the machine.",
        REMOTE,
        Severity.HIGH,
        "network.admin_ports",
    ),
    Exposure(
        "databases_closed",
        "Group keeps databases closed to the world",
        "A weak password, or none, is all that stands between anybody and the data.",
        DATABASES,
        Severity.HIGH,
    ),
    Exposure(
        "inner_services_closed",
        "Group keeps services of the inside closed to the world",
        "Such services trust whoever reaches them; many give control of a machine or a cluster without a password.",
        INNER,
        Severity.HIGH,
    ),
)


def _found(exposure: Exposure, spans: list[Span]) -> str:
    """Return which of the exposure's ports are open, and over what, as one clause; empty when none is."""
    open_ports = {
        (port, span.family) for span in spans if span.family in exposure.families for port in exposure.ports if span.holds(port)
    }
    named = [f"{port[0]} {port[1]} ({exposure.ports[port]})" for port in sorted({port for port, _ in open_ports})]
    over = " and ".join(f"IPv{family}" for family in sorted({family for _, family in open_ports}))
    more = f" and {len(named) - 3} more ports" if len(named) > 3 else ""
    return f"{', '.join(named[:3])}{more} open to the world over {over}" if named else ""


def _closed(exposure: Exposure, group: Resource, inventory: Inventory) -> Verdict:
    for spans in open_spans(group, "IpPermissions", inventory):
        if found := _found(exposure, spans):
            return failed(found)
    return passed("closed to the world")


def _exposed(exposure: Exposure) -> Check:
    @check(
        f"{GROUP}.{exposure.name}",
        on=GROUP,
        control=exposure.control,
        severity=exposure.severity,
        title=exposure.title,
        risk=exposure.risk,
        fix=REVOKE,
        cis=exposure.cis,
    )
    @owned
    def judge(group: Resource, inventory: Inventory) -> Verdict:
        return _closed(exposure, group, inventory)

    return judge


EXPOSED = tuple(_exposed(each) for each in EXPOSURES)


def _narrow(group: Resource, way: str, inventory: Inventory) -> Verdict:
    """Pass when, of each protocol and family, no more than single ports are open to the world."""
    for spans in open_spans(group, way, inventory):
        for kind in sorted({(each.protocol, each.family) for each in spans}):
            count = sum(each.width for each in spans if (each.protocol, each.family) == kind)
            if count > RANGE:
                return failed(f"{count} ports of {kind[0]} are open to the world over IPv{kind[1]}")
    return passed("no range of ports is open to the world")


@check(
    f"{GROUP}.not_wide_open",
    on=GROUP,
    control="network.public_access",
    severity=Severity.CRITICAL,
    title="Group opens single ports to the world, not ranges",
    risk="Whatever listens on a machine, now or later, is offered to everybody.",
    fix=REVOKE,
)
@owned
def not_wide_open(group: Resource, inventory: Inventory) -> Verdict:
    return _narrow(group, "IpPermissions", inventory)


@check(
    f"{GROUP}.egress_narrow",
    on=GROUP,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Group lets traffic out only where it must",
    risk="What breaks in can load its tools from, and send data to, anywhere.",
    fix="aws ec2 revoke-security-group-egress --group-id {name} --region {region} --ip-permissions RULE,"
    " after allowing what the machines need",
)
@owned
def egress_narrow(group: Resource, inventory: Inventory) -> Verdict:
    if group["item"]["GroupName"] == "default":
        return skipped("the default group is to let nothing through at all")
    return _narrow(group, "IpPermissionsEgress", inventory)


@check(
    f"{GROUP}.default_closed",
    on=GROUP,
    control="network.default_deny",
    severity=Severity.MEDIUM,
    title="Default group lets nothing through",
    risk="Machines that are started without a group are open to each other, and to what was added here.",
    fix="Remove all rules of {name}: aws ec2 revoke-security-group-ingress, aws ec2 revoke-security-group-egress",
    cis=("v5:5.5", "v6:6.5", "v7:6.5"),
)
@owned
def default_closed(group: Resource) -> Verdict:
    item = group["item"]
    if item["GroupName"] != "default":
        return skipped("not a default group")
    inward, outward = len(item.get("IpPermissions") or []), len(item.get("IpPermissionsEgress") or [])
    if inward or outward:
        return failed(f"{inward} rules inwards, {outward} outwards")
    return passed("no rules")


@check(
    f"{GROUP}.used",
    on=GROUP,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Group is in use",
    risk="Groups that nobody uses are attached by mistake, with rules that nobody reviewed.",
    fix="aws ec2 delete-security-group --group-id {name} --region {region}",
)
@owned
def used(group: Resource, inventory: Inventory) -> Verdict:
    item = group["item"]
    if item["GroupName"] == "default":
        return skipped("a default group cannot be deleted")
    for each in inventory.where("aws.vpc.network_interface", "item.Groups.GroupId", item["GroupId"], region=group.region):
        return passed(f"on network interface {each.name}")
    for way in ("IpPermissions", "IpPermissionsEgress"):
        for each in inventory.where(GROUP, f"item.{way}.UserIdGroupPairs.GroupId", item["GroupId"], region=group.region):
            if each.id != group.id:
                return passed(f"named by rules of {each.name}")
    return failed("on no network interface, and named by no other group")
