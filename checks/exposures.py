"""Ports that the world has no business with, and whether rules of a firewall open them: the same on every cloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checks.world import FAMILIES
from scanner.model import Severity

Port = tuple[str, int]  # protocol and number

LAST_PORT = 65535
RANGE = 1000  # more ports than that are a range, not services that somebody chose


@dataclass(frozen=True, slots=True)
class Span:
    """A range of ports that is open to the world over one family of addresses."""

    protocol: str
    low: int
    high: int
    family: int

    @property
    def width(self) -> int:
        return self.high - self.low + 1

    def holds(self, port: Port) -> bool:
        return port[0] == self.protocol and self.low <= port[1] <= self.high


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
    SQL_Server="1433 1434",
    Oracle="1521 2483 2484",
    MySQL="3306",
    PostgreSQL="5432",
    Redshift="5439",
    CouchDB="5984",
    Redis="6379",
    Cassandra="7000 7001 7199 9042 9160",
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
    LDAP="389 636",
    Kerberos="88 464",
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
    """Ports that the world has no business with. ``NOUN`` in the title stands for what filters."""

    name: str
    title: str
    risk: str
    ports: Mapping[Port, str]
    severity: Severity
    control: str = "network.public_access"
    families: tuple[int, ...] = FAMILIES
    cis: tuple[str, ...] = ()


# Those beside administration ports, which each benchmark counts in its own way.
EXPOSURES = (
    Exposure(
        "file_shares_closed",
        "NOUN keeps Windows file shares closed to the world",
        "Shares are read and encrypted by worms that look for nothing but this port.",
        FILE_SHARES,
        Severity.HIGH,
    ),
    Exposure(
        "remote_control_closed",
        "NOUN keeps ports of remote control closed to the world",
        "Old or weak protocols give whoever guesses a password control of the machine.",
        REMOTE,
        Severity.HIGH,
        "network.admin_ports",
    ),
    Exposure(
        "databases_closed",
        "NOUN keeps databases closed to the world",
        "A weak password, or none, is all that stands between anybody and the data.",
        DATABASES,
        Severity.HIGH,
    ),
    Exposure(
        "inner_services_closed",
        "NOUN keeps services of the inside closed to the world",
        "Such services trust whoever reaches them; many give control of a machine or a cluster without a password.",
        INNER,
        Severity.HIGH,
    ),
)


def opened(exposure: Exposure, spans: Iterable[Span]) -> str:
    """Return which of the exposure's ports are open, and over what, as one clause; empty when none is."""
    open_ports = {
        (port, span.family) for span in spans if span.family in exposure.families for port in exposure.ports if span.holds(port)
    }
    named = [f"{port[0]} {port[1]} ({exposure.ports[port]})" for port in sorted({port for port, _ in open_ports})]
    over = " and ".join(f"IPv{family}" for family in sorted({family for _, family in open_ports}))
    more = f" and {len(named) - 3} more ports" if len(named) > 3 else ""
    return f"{', '.join(named[:3])}{more} open to the world over {over}" if named else ""


def too_wide(spans: Iterable[Span]) -> str:
    """Return of which protocol and family more than single ports are open to the world, as one clause; empty when of none."""
    given = list(spans)
    for kind in sorted({(each.protocol, each.family) for each in given}):
        count = sum(each.width for each in given if (each.protocol, each.family) == kind)
        if count > RANGE:
            return f"{count} ports of {kind[0]} are open to the world over IPv{kind[1]}"
    return ""
