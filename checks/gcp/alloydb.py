"""Checks on clusters and instances of AlloyDB. Source: AlloyDB API, "Cluster", "Instance"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checks.gcp.read import Item, in_words, many, named, yes
from checks.support import supported
from checks.world import FAMILIES, hold_world
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

CLUSTER, INSTANCE = "gcp.alloydb.cluster", "gcp.alloydb.instance"
UPDATE_CLUSTER = "gcloud alloydb clusters update {name} --project={account} --region={region} "
UPDATE = "gcloud alloydb instances update {name} --cluster=CLUSTER --project={account} --region={region} "
CLUSTERS, INSTANCES = "CLUSTER_TYPE_UNSPECIFIED PRIMARY SECONDARY", "INSTANCE_TYPE_UNSPECIFIED PRIMARY READ_POOL SECONDARY"
MODES = "SSL_MODE_UNSPECIFIED SSL_MODE_ALLOW SSL_MODE_REQUIRE SSL_MODE_VERIFY_CA ALLOW_UNENCRYPTED_AND_ENCRYPTED ENCRYPTED_ONLY"
PLAIN = ("SSL_MODE_ALLOW", "ALLOW_UNENCRYPTED_AND_ENCRYPTED")
DATA_API = "DEFAULT_DATA_API_ENABLED_FOR_GOOGLE_CLOUD_SERVICES DISABLED ENABLED"


def _secondary(cluster: Item) -> bool:
    return named(cluster.get("clusterType"), CLUSTERS) == "SECONDARY"


def _kind(instance: Item) -> str:
    return named(instance.get("instanceType"), INSTANCES)


@check(
    f"{CLUSTER}.backed_up",
    on=CLUSTER,
    control="resilience.backup",
    severity=Severity.HIGH,
    title="Backups of the cluster are taken automatically",
    risk="What is deleted, encrypted or broken is gone.",
    fix=UPDATE_CLUSTER + "--automated-backup-days-of-week=DAYS --automated-backup-start-times=TIME",
)
def backed_up(cluster: Resource) -> Verdict:
    """They are on where nothing is said."""
    item = cluster["item"]
    if _secondary(item):
        return skipped("a copy of a cluster of another region, which is asked")
    if (item.get("backupdrInfo") or {}).get("currentWindow"):
        return passed("Backup and DR Service takes them")
    off = (item.get("automatedBackupPolicy") or {}).get("enabled") is False
    return failed("they are off") if off else passed("they are on")


@check(
    f"{CLUSTER}.any_moment_restorable",
    on=CLUSTER,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Cluster can be restored to any moment of the last days",
    risk="A slip in the evening costs everything since the night before.",
    fix=UPDATE_CLUSTER + "--enable-continuous-backup",
)
def any_moment_restorable(cluster: Resource) -> Verdict:
    """Continuous backup is on where nothing is said. Source: AlloyDB documentation, "Configure backup plans"."""
    item = cluster["item"]
    if _secondary(item):
        return skipped("a copy of a cluster of another region, which is asked")
    off = (item.get("continuousBackupConfig") or {}).get("enabled") is False
    return failed("changes are not kept") if off else passed("changes are kept with the backups")


@check(
    f"{CLUSTER}.supported_version",
    on=CLUSTER,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cluster runs a version that isn't deprecated",
    risk="Weaknesses of the version are mended no longer.",
    fix="gcloud alloydb clusters upgrade {name} --project={account} --region={region} --version=VERSION",
)
def supported_version(cluster: Resource, now: datetime) -> Verdict:
    version = cluster["item"].get("databaseVersion")
    return supported("gcp.alloydb", str(version), now) if version else passed("runs the version that Google chose")


@check(
    f"{INSTANCE}.encrypted_connections",
    on=INSTANCE,
    control="encryption.in_transit",
    severity=Severity.HIGH,
    title="Instance takes encrypted connections only",
    risk="Whoever is on the way reads passwords and data of clients that don't encrypt.",
    fix=UPDATE + "--ssl-mode=ENCRYPTED_ONLY",
)
def encrypted_connections(instance: Resource) -> Verdict:
    """Only encrypted ones are taken where nothing is said; connectors always encrypt."""
    config = instance["item"].get("clientConnectionConfig") or {}
    mode = named((config.get("sslConfig") or {}).get("sslMode"), MODES)
    if mode in PLAIN and not yes(config.get("requireConnectors")):
        return failed(f"its mode is {mode}")
    return passed("only connectors are let in" if mode in PLAIN else f"its mode is {mode or 'ENCRYPTED_ONLY, by default'}")


def _public(item: Item) -> bool:
    return yes((item.get("networkConfig") or {}).get("enablePublicIp")) or bool(item.get("publicIpAddress"))


@check(
    f"{INSTANCE}.no_public_address",
    on=INSTANCE,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Instance has no public address",
    risk="One network too many in a list, and the database stands open to the internet.",
    fix=UPDATE + "--assign-inbound-public-ip=NO_PUBLIC_IP",
)
def no_public_address(instance: Resource) -> Verdict:
    return failed("it has a public address") if _public(instance["item"]) else passed("it has private addresses only")


@check(
    f"{INSTANCE}.networks_narrow",
    on=INSTANCE,
    control="network.public_access",
    severity=Severity.CRITICAL,
    title="Instance doesn't admit the whole world",
    risk="Anybody on the internet tries passwords, and weaknesses of the engine.",
    fix=UPDATE + "--authorized-external-networks=RANGE",
)
def networks_narrow(instance: Resource) -> Verdict:
    item = instance["item"]
    if not _public(item):
        return passed("it has no public address")
    networks = many(item.get("networkConfig") or {}, "authorizedExternalNetworks")
    ranges = frozenset(str(each["cidrRange"]) for each in networks if each.get("cidrRange"))
    wide = any(hold_world(ranges, family) for family in FAMILIES)
    return (failed if wide else passed)(f"admits {in_words(ranges) or 'no network'}")


@check(
    f"{INSTANCE}.data_api_off",
    on=INSTANCE,
    control="application.exposure",
    severity=Severity.LOW,
    title="Instance runs no statements that come through Google's API",
    risk="Whoever holds a token runs statements from anywhere, past the network that the database hides in.",
    fix="Patch the instance with dataApiAccess DISABLED, by the AlloyDB API",
)
def data_api_off(instance: Resource) -> Verdict:
    """Where nothing is said, only Google's own console may."""
    open_to_all = named(instance["item"].get("dataApiAccess"), DATA_API) == "ENABLED"
    return failed("the API runs statements") if open_to_all else passed("the API runs none for strangers")


@check(
    f"{INSTANCE}.several_zones",
    on=INSTANCE,
    control="resilience.multi_zone",
    severity=Severity.MEDIUM,
    title="Instance survives the loss of a zone",
    risk="When the zone is down, so is the database.",
    fix=UPDATE + "--availability-type=REGIONAL",
)
def several_zones(instance: Resource) -> Verdict:
    item = instance["item"]
    if _kind(item) == "READ_POOL":
        return skipped("a pool for reading, which is spread by itself")
    zonal = named(item.get("availabilityType"), "UNSPECIFIED ZONAL REGIONAL") == "ZONAL"
    return failed("it runs in one zone") if zonal else passed("another zone takes over")


@dataclass(frozen=True, slots=True)
class Flag:
    """A database flag. ``default``: what holds where nobody set it, as it is not told then."""

    name: str
    flag: str
    wanted: str
    default: str
    control: str
    title: str
    risk: str


FLAGS = (
    Flag(
        "iam_sign_in",
        "alloydb.iam_authentication",
        "on",
        "off",
        "identity.workload_identity",
        "People and programs can sign in to the database through IAM",
        "Passwords of the database are shared, and stay valid when somebody leaves.",
    ),
    Flag(
        "sessions_audited",
        "alloydb.enable_pgaudit",
        "on",
        "off",
        "logging.data_events",
        "Instance's audit extension is on",
        "Nobody can tell who read or changed which data.",
    ),
    Flag(
        "slow_statements_not_logged",
        "log_min_duration_statement",
        "-1",
        "-1",
        "data.retention",
        "Instance copies no slow statements to its log",
        "Passwords and personal data that stand in statements are kept in the log, for everybody who reads logs.",
    ),
)


def _of(flag: Flag) -> Check:
    @check(
        f"{INSTANCE}.{flag.name}",
        on=INSTANCE,
        control=flag.control,
        severity=Severity.LOW,
        title=flag.title,
        risk=flag.risk,
        fix=UPDATE + f'--database-flags="{flag.flag}={flag.wanted}"; it takes the place of all others',
    )
    def judge(instance: Resource) -> Verdict:
        set_to = (instance["item"].get("databaseFlags") or {}).get(flag.flag)
        value = flag.default if set_to is None else str(set_to).lower()
        said = f"{flag.flag} is {value}{', by default' if set_to is None else ''}"
        return passed(said) if value == flag.wanted else failed(said)

    return judge


FLAG_CHECKS = tuple(_of(each) for each in FLAGS)
