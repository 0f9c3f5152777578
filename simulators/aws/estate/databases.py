"""Databases: single ones, clusters, what connects to them, and what is kept of them."""

from __future__ import annotations

from typing import Any

from simulators.aws.estate.place import HOSTILE, Place, ago, tags

MAJORS = (("postgres", "16"), ("postgres", "11"), ("mysql", "8.0"), ("aurora-postgresql", "16"), ("aurora-mysql", "8.0"))


def databases(place: Place, scale: int) -> None:
    """Make databases: one well kept, one public, in clear and without backups; an Aurora cluster; snapshots of both."""
    rds = place.client("rds")
    subnets = place.made["subnets"]
    rds.create_db_subnet_group(DBSubnetGroupName="inside", DBSubnetGroupDescription="inside", SubnetIds=subnets)
    rds.create_db_parameter_group(DBParameterGroupName="own", DBParameterGroupFamily="postgres16", Description="own")
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="own", DBParameterGroupFamily="aurora-postgresql16", Description="own"
    )
    common: dict[str, Any] = {"AllocatedStorage": 20, "DBInstanceClass": "db.t3.micro", "MasterUsername": "admin1"}
    common |= {"MasterUserPassword": "made-up-pass", "DBSubnetGroupName": "inside"}
    for number in range(scale):
        rds.create_db_instance(
            DBInstanceIdentifier=f"orders-{number}",
            Engine="postgres",
            EngineVersion="16.3",
            StorageEncrypted=True,
            KmsKeyId=place.made["key"],
            MultiAZ=True,
            BackupRetentionPeriod=14,
            DeletionProtection=True,
            AutoMinorVersionUpgrade=True,
            EnableIAMDatabaseAuthentication=True,
            EnableCloudwatchLogsExports=["postgresql"],
            CopyTagsToSnapshot=True,
            VpcSecurityGroupIds=[place.made["groups"]["inside"]],
            DBParameterGroupName="own",
            Tags=tags(owner="team-b"),
            **common,
        )
        rds.create_db_instance(
            DBInstanceIdentifier=f"legacy-{number}",
            Engine="mysql",
            EngineVersion="8.0.36",
            StorageEncrypted=False,
            PubliclyAccessible=True,
            BackupRetentionPeriod=0,
            VpcSecurityGroupIds=[place.made["groups"]["temporary"]],
            Tags=tags(note=HOSTILE["formula"].replace('"', "'")),
            **common,
        )
        rds.create_db_snapshot(DBInstanceIdentifier=f"legacy-{number}", DBSnapshotIdentifier=f"legacy-{number}-kept")
        if not place.careful:
            rds.modify_db_snapshot_attribute(
                DBSnapshotIdentifier=f"legacy-{number}-kept", AttributeName="restore", ValuesToAdd=["all"]
            )
        _aurora(place, number)
    _cluster(place)
    _parameters(place)
    _support(place)
    if place.careful:
        rds.create_event_subscription(
            SubscriptionName="failures",
            SnsTopicArn=place.made["topic"],
            SourceType="db-instance",
            EventCategories=["failure"],
            Enabled=True,
        )


def _aurora(place: Place, number: int) -> None:
    rds, name = place.client("rds"), f"events-{number}"
    rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        EngineVersion="16.2",
        MasterUsername="admin1",
        MasterUserPassword="made-up-pass",
        BackupRetentionPeriod=7,
        DBClusterParameterGroupName="own",
        DBSubnetGroupName="inside",
        Tags=tags(owner="team-b"),
        **({"StorageEncrypted": True, "KmsKeyId": place.made["key"]} if place.careful else {}),
    )
    rds.create_db_instance(
        DBInstanceIdentifier=f"{name}-1", DBClusterIdentifier=name, DBInstanceClass="db.r6g.large", Engine="aurora-postgresql"
    )
    rds.create_db_cluster_snapshot(DBClusterIdentifier=name, DBClusterSnapshotIdentifier=f"{name}-kept")


def _cluster(place: Place) -> None:
    """Make a cluster of three equal databases with a snapshot, and a proxy before it."""
    rds = place.client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="ledger",
        Engine="postgres",
        EngineVersion="16.3",
        MasterUsername="admin1",
        MasterUserPassword="made-up-pass",
        DBClusterInstanceClass="db.m6gd.large",
        AllocatedStorage=100,
        Iops=1000,
        StorageType="io1",
        StorageEncrypted=True,
        KmsKeyId=place.made["key"],
        DBSubnetGroupName="inside",
        DBClusterParameterGroupName="own",
    )
    rds.create_db_cluster_snapshot(DBClusterIdentifier="ledger", DBClusterSnapshotIdentifier="ledger-kept")
    rds.create_db_proxy(
        DBProxyName="ledger",
        EngineFamily="POSTGRESQL",
        Auth=[{"AuthScheme": "SECRETS", "SecretArn": place.made["secret"], "IAMAuth": "REQUIRED"}],
        RoleArn=f"arn:aws:iam::{place.account}:role/function",
        VpcSubnetIds=place.made["subnets"],
        RequireTLS=place.careful,
    )


def _parameters(place: Place) -> None:
    """Tell the values in the groups of parameters, of which moto knows only the names."""
    on = "1" if place.careful else "0"
    for operation, group in (
        ("DescribeDBParameters", "DBParameterGroup"),
        ("DescribeDBClusterParameters", "DBClusterParameterGroup"),
    ):
        values = [
            {"ParameterName": name, "ParameterValue": on, "Source": "user", "ApplyMethod": "immediate"}
            for name in ("rds.force_ssl", "log_connections")
        ]
        place.tell(f"rds:{operation}", {"Parameters": values}, **{f"{group}Name": "own"})


def _support(place: Place) -> None:
    """Tell until when AWS supports which version; that of postgres 11 has ended."""
    lifecycles = [
        {
            "Engine": engine,
            "MajorEngineVersion": major,
            "SupportedEngineLifecycles": [
                {
                    "LifecycleSupportName": "open-source-rds-standard-support",
                    "LifecycleSupportStartDate": ago(2000),
                    "LifecycleSupportEndDate": ago(400 if major == "11" else -900),
                }
            ],
        }
        for engine, major in MAJORS
    ]
    place.tell("rds:DescribeDBMajorEngineVersions", {"DBMajorEngineVersions": lifecycles})
