"""EMR and Athena: clusters and workgroups, told as AWS would list them."""

from __future__ import annotations

import json
from typing import Any

from simulators.aws.estate.data_services import tagged
from simulators.aws.estate.place import Place, ago, tags


def big_data(place: Place, _scale: int) -> None:
    """Tell a cluster behind closed doors, or one that the world reaches; a serverless application beside it."""
    careful = place.careful
    arn = place.arn("elasticmapreduce", "cluster/j-1")
    row = {"Id": "j-1", "Name": "nightly", "ClusterArn": arn, "Status": {"State": "WAITING"}}
    place.tell("emr:ListClusters", {"Clusters": [row]})
    door = place.made["groups"]["inside" if careful else "temporary"]
    well = {"SecurityConfiguration": "sealed", "LogUri": "s3://archive/emr/", "LogEncryptionKmsKeyId": place.made["key"]}
    secret = {"Classification": "core-site", "Properties": {"fs.s3a.access.key": "AKIAIOSFODNN7EXAMPLE"}}
    inner = "ip-10-0-0-7.compute.internal"
    cluster: dict[str, Any] = {
        **row,
        "ReleaseLabel": "emr-7.12.0" if careful else "emr-5.36.0",
        "OSReleaseLabel": f"2023.9.{ago(30):%Y%m%d}.0" if careful else "2.0.20220606.1",
        "Ec2InstanceAttributes": {"IamInstanceProfile": "machine", "EmrManagedMasterSecurityGroup": door},
        "MasterPublicDnsName": inner if careful else "ec2-192-0-2-7.compute.amazonaws.com",
        "AutoTerminate": False,
        "TerminationProtected": careful,
        "UnhealthyNodeReplacement": careful,
        "Configurations": [] if careful else [secret],
        "Tags": tags(owner="team-b") if careful else [],
        **(well if careful else {}),
    }
    place.tell("emr:DescribeCluster", {"Cluster": cluster})
    place.tell("emr:ListSecurityConfigurations", {"SecurityConfigurations": [{"Name": "sealed", "CreationDateTime": ago(50)}]})
    told: dict[str, Any] = {
        "EncryptionConfiguration": {"EnableAtRestEncryption": careful, "EnableInTransitEncryption": careful}
    }
    if careful:
        told["InstanceMetadataServiceConfiguration"] = {"MinimumInstanceMetadataServiceVersion": 2}
        told["AuthenticationConfiguration"] = {"KerberosConfiguration": {"Provider": "ClusterDedicatedKdc"}}
    sealed = {"Name": "sealed", "SecurityConfiguration": json.dumps(told)}
    place.tell("emr:DescribeSecurityConfiguration", sealed | {"CreationDateTime": ago(50)})
    ranges = [{"MinRange": 22, "MaxRange": 22}]
    blocked = {"BlockPublicSecurityGroupRules": careful, "PermittedPublicSecurityGroupRuleRanges": ranges}
    since = {"CreationDateTime": ago(50), "CreatedByArn": f"arn:aws:iam::{place.account}:root"}
    place.tell(
        "emr:GetBlockPublicAccessConfiguration",
        {"BlockPublicAccessConfiguration": blocked, "BlockPublicAccessConfigurationMetadata": since},
    )
    _serverless(place)


def _serverless(place: Place) -> None:
    careful = place.careful
    arn = place.arn("emr-serverless", "/applications/00f1")
    dated = {"type": "Spark", "state": "STARTED", "createdAt": ago(50), "updatedAt": ago(5), "name": "reports", "arn": arn}
    release = {"releaseLabel": "emr-7.12.0" if careful else "emr-6.6.0"}
    place.tell("emr-serverless:ListApplications", {"applications": [{"id": "00f1", **dated, **release}]})
    well = {
        "networkConfiguration": {"subnetIds": place.made["subnets"], "securityGroupIds": [place.made["groups"]["inside"]]},
        "diskEncryptionConfiguration": {"encryptionKeyArn": place.made["key"]},
        "tags": {"owner": "team-b"},
    }
    off = {"monitoringConfiguration": {"managedPersistenceMonitoringConfiguration": {"enabled": False}}}
    application = {"applicationId": "00f1", **dated, **release, **(well if careful else off)}
    place.tell("emr-serverless:GetApplication", {"application": application})


def workgroups(place: Place, _scale: int) -> None:
    """Tell the workgroup that every region has, one of analysts and one of notebooks."""
    careful = place.careful
    names = ("primary", "analysts", "notebooks")
    tagged(place, *(place.arn("athena", f"workgroup/{name}") for name in names))
    place.tell("athena:ListWorkGroups", {"WorkGroups": [{"Name": name, "State": "ENABLED"} for name in names]})
    primary = {"EnforceWorkGroupConfiguration": True, "PublishCloudWatchMetricsEnabled": True}
    key = {"EncryptionConfiguration": {"EncryptionOption": "SSE_KMS", "KmsKey": place.made["key"]}}
    well = {"ExpectedBucketOwner": place.account, **key}
    analysts = {
        "ResultConfiguration": {"OutputLocation": "s3://archive/results/", **(well if careful else {})},
        "EnforceWorkGroupConfiguration": careful,
        "PublishCloudWatchMetricsEnabled": careful,
        **({"BytesScannedCutoffPerQuery": 10_000_000_000} if careful else {}),
    }
    notebooks = {
        **analysts,
        "ExecutionRole": f"arn:aws:iam::{place.account}:role/function",
        "EngineVersion": {"SelectedEngineVersion": "PySpark engine version 3"},
    }
    for name, settings in zip(names, (primary, analysts, notebooks), strict=True):
        place.tell("athena:GetWorkGroup", {"WorkGroup": {"Name": name, "Configuration": settings}}, WorkGroup=name)
