from typing import Any

from checks.aws import rds_upkeep as upkeep
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.databases import cluster, every, instance, item_of, member, of

SUPPORTED, UPGRADES, BACKUPS, ZONES = (
    of(upkeep.supported_version),
    of(upkeep.minor_upgrades),
    of(upkeep.backed_up),
    of(upkeep.multi_zone),
)
ONE, AURORA = "aws.rds.instance", "aws.aurora.cluster"
ARN = "arn:aws:rds:eu-west-1:123456789012:db:orders"
REPLICA = {"ReadReplicaSourceDBInstanceIdentifier": "orders"}


def major(engine: str, version: str, standard: str, extended: str) -> dict[str, Any]:
    """Return a row as AWS gives it: each kind of support with its end."""
    lifecycles = [
        {"LifecycleSupportName": f"open-source-rds-{name}-support", "LifecycleSupportEndDate": f"{end}T23:59:59+00:00"}
        for name, end in (("standard", standard), ("extended", extended))
    ]
    return {"Engine": engine, "MajorEngineVersion": version, "SupportedEngineLifecycles": lifecycles}


def settings(*majors: dict[str, Any], maintenance: Any = ()) -> Resource:
    waiting = maintenance if maintenance is DENIED else list(maintenance)
    return resource("aws.rds.settings", major_versions=list(majors), maintenance=waiting)


def waiting(*actions: dict[str, Any], arn: str = ARN) -> dict[str, Any]:
    return {"ResourceIdentifier": arn, "PendingMaintenanceActionDetails": list(actions)}


LISTED = settings(
    *(major(engine, "17", "2030-02-28", "2033-02-28") for engine in ("postgres", "aurora-postgresql")),
    *(major(engine, "11", "2024-02-29", "2027-03-31") for engine in ("postgres", "aurora-postgresql")),
    *(major(engine, "1", "2020-01-01", "2020-01-01") for engine in ("postgres", "aurora-postgresql")),
    major("mysql", "8.4", "2029-07-31", "2032-07-31"),
    major("mysql", "8.0", "2026-07-31", "2029-07-31"),
    major("mysql", "5.7", "2024-02-29", "2027-02-28"),
    major("aurora-mysql", "8.0", "2028-04-30", "2031-07-31"),
    major("aurora-mysql", "2", "2024-10-31", "2027-02-28"),
    {"Engine": "oracle-ee", "MajorEngineVersion": "19"},
    {"Engine": "mariadb", "MajorEngineVersion": "12.3"},
)
TODAY = {"Action": "system-update", "Description": "New Operating System update is available"}
DATED = {**TODAY, "CurrentApplyDate": "2026-06-08T00:00:00+00:00", "OptInStatus": "next-maintenance"}

CASES = [
    *every(upkeep.minor_upgrades, PASS, AutoMinorVersionUpgrade=True),
    *every(upkeep.minor_upgrades, FAIL, AutoMinorVersionUpgrade=False),
    case(UPGRADES[ONE], SKIP, item=instance("custom-oracle-ee", AutoMinorVersionUpgrade=False)),
    case(UPGRADES["aws.aurora.instance"], FAIL, item=instance("aurora-mysql", DBClusterIdentifier="orders")),
    member(upkeep.minor_upgrades),
    *every(upkeep.supported_version, PASS, [LISTED], EngineVersion="17.5"),
    *every(upkeep.supported_version, FAIL, [LISTED], EngineVersion="11.22"),
    *every(upkeep.supported_version, UNKNOWN, [LISTED], EngineVersion="19.1"),
    *every(upkeep.supported_version, UNKNOWN),
    *every(upkeep.supported_version, UNKNOWN, [unlisted("aws.rds.settings")]),
    *every(upkeep.supported_version, UNKNOWN, [resource("aws.rds.settings", major_versions=DENIED)]),
    case(SUPPORTED[ONE], PASS, item=instance("mysql", EngineVersion="8.0.42"), inventory=[LISTED]),
    case(SUPPORTED[ONE], FAIL, item=instance("mysql", EngineVersion="5.7.44-rds.20250818"), inventory=[LISTED]),
    case(SUPPORTED[ONE], UNKNOWN, item=instance("mariadb", EngineVersion="12.3.1"), inventory=[LISTED]),
    case(SUPPORTED[ONE], UNKNOWN, item=instance("mysql", EngineVersion="8.4.5")),
    # What is over for long AWS lists no more; it is known without it.
    case(SUPPORTED[ONE], FAIL, item=instance("mysql", EngineVersion="5.7.44-rds.20250818")),
    case(SUPPORTED[ONE], FAIL, item=instance("postgres", EngineVersion="9.6.24"), inventory=[LISTED]),
    case(SUPPORTED[ONE], FAIL, item=instance("postgres", EngineVersion="11.22"), inventory=[unlisted("aws.rds.settings")]),
    case(SUPPORTED[AURORA], FAIL, item=cluster("aurora-mysql", EngineVersion="5.6.mysql_aurora.1.22.2")),
    case(SUPPORTED[AURORA], FAIL, item=cluster("aurora-postgresql", EngineVersion="12.9")),
    case(SUPPORTED[ONE], SKIP, item=instance("oracle-ee", EngineVersion="19.0.0.0.ru-2025-04"), inventory=[LISTED]),
    case(SUPPORTED[AURORA], PASS, item=cluster("aurora-mysql", EngineVersion="8.0.mysql_aurora.3.08.2"), inventory=[LISTED]),
    case(SUPPORTED[AURORA], FAIL, item=cluster("aurora-mysql", EngineVersion="5.7.mysql_aurora.2.12.5"), inventory=[LISTED]),
    member(upkeep.supported_version),
    *(
        each
        for check in upkeep.maintenance_dated
        for each in (
            case(check, PASS, id=ARN, item=item_of(check), inventory=[settings()]),
            case(check, PASS, id=ARN, item=item_of(check), inventory=[settings(maintenance=[waiting(DATED)])]),
            case(check, PASS, id=ARN, item=item_of(check), inventory=[settings(maintenance=[waiting(TODAY, arn=f"{ARN}-2")])]),
            case(check, FAIL, id=ARN, item=item_of(check), inventory=[settings(maintenance=[waiting(DATED, TODAY)])]),
            case(check, UNKNOWN, id=ARN, item=item_of(check), inventory=[settings(maintenance=DENIED)]),
            case(check, UNKNOWN, id=ARN, item=item_of(check), inventory=[unlisted("aws.rds.settings")]),
        )
    ),
    *every(upkeep.backed_up, PASS, BackupRetentionPeriod=7),
    *every(upkeep.backed_up, FAIL, BackupRetentionPeriod=1),
    *every(upkeep.backed_up, FAIL, BackupRetentionPeriod=0),
    case(BACKUPS[ONE], SKIP, item=instance(BackupRetentionPeriod=0, **REPLICA)),
    member(upkeep.backed_up),
    *every(upkeep.multi_zone, PASS, MultiAZ=True),
    *every(upkeep.multi_zone, FAIL, MultiAZ=False),
    case(ZONES[ONE], SKIP, item=instance(MultiAZ=False, **REPLICA)),
    case(ZONES[AURORA], SKIP, item=cluster(MultiAZ=False, EngineMode="serverless")),
    member(upkeep.multi_zone),
    *every(upkeep.deletion_protected, PASS, DeletionProtection=True),
    *every(upkeep.deletion_protected, FAIL, DeletionProtection=False),
    member(upkeep.deletion_protected),
    *every(upkeep.tags_follow, PASS, CopyTagsToSnapshot=True),
    *every(upkeep.tags_follow, FAIL, CopyTagsToSnapshot=False),
    member(upkeep.tags_follow),
]
