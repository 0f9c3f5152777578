"""Analytics and machine learning: what moto knows little of is told as AWS would list it."""

from __future__ import annotations

import base64
import json
from typing import Any

from simulators.aws.estate.data_services import tagged
from simulators.aws.estate.place import Place, ago


def _role(place: Place) -> str:
    return f"arn:aws:iam::{place.account}:role/function"


def _listed(place: Place, plural: str, listing: str, kind: str, *names: str, prefix: str = "") -> None:
    """Have SageMaker list resources by name and ARN, which is about all that its listings tell."""
    stem = prefix or plural.removesuffix("s")
    rows = [
        {
            f"{stem}Name": name,
            f"{stem}Arn": place.arn("sagemaker", f"{kind}/{name}"),
            "CreationTime": ago(40),
            "LastModifiedTime": ago(40),
        }
        for name in names
    ]
    place.tell(f"sagemaker:List{plural}", {listing: rows})


def notebooks(place: Place, _scale: int) -> None:
    """Tell a notebook with the script that it starts with, and a domain of Studio."""
    careful = place.careful
    tagged(place, place.arn("sagemaker", "notebook-instance/research"))
    _listed(place, "NotebookInstances", "NotebookInstances", "notebook-instance", "research")
    well = {
        "SubnetId": place.made["subnets"][0],
        "SecurityGroups": [place.made["groups"]["inside"]],
        "KmsKeyId": place.made["key"],
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
    }
    notebook = {
        "NotebookInstanceName": "research",
        "NotebookInstanceArn": place.arn("sagemaker", "notebook-instance/research"),
        "NotebookInstanceStatus": "InService",
        "InstanceType": "ml.t3.medium",
        "RoleArn": _role(place),
        "DirectInternetAccess": "Disabled" if careful else "Enabled",
        "RootAccess": "Disabled" if careful else "Enabled",
        "PlatformIdentifier": "notebook-al2023-v1" if careful else "notebook-al2-v2",
        "LastModifiedTime": ago(40),
        "CreationTime": ago(40),
        **(well if careful else {}),
    }
    place.tell("sagemaker:DescribeNotebookInstance", notebook)
    stem = "NotebookInstanceLifecycleConfig"
    _listed(place, f"{stem}s", f"{stem}s", "notebook-instance-lifecycle-config", "set-up")
    script = "pip install pandas" if careful else "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"
    scripts = [{"Content": base64.b64encode(script.encode()).decode()}]
    arn = place.arn("sagemaker", "notebook-instance-lifecycle-config/set-up")
    named = {f"{stem}Name": "set-up", f"{stem}Arn": arn, "OnCreate": [], "OnStart": scripts}
    place.tell("sagemaker:DescribeNotebookInstanceLifecycleConfig", named)
    _domain(place)


def _domain(place: Place) -> None:
    careful = place.careful
    tagged(place, place.arn("sagemaker", "domain/d-1"))
    row = {
        "DomainArn": place.arn("sagemaker", "domain/d-1"),
        "DomainId": "d-1",
        "DomainName": "science",
        "Status": "InService",
        "CreationTime": ago(40),
        "LastModifiedTime": ago(40),
    }
    place.tell("sagemaker:ListDomains", {"Domains": [row]})
    more = {
        "AuthMode": "SSO" if careful else "IAM",
        "AppNetworkAccessType": "VpcOnly" if careful else "PublicInternetOnly",
        "DefaultUserSettings": {"ExecutionRole": _role(place)},
        "DomainSettings": {"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME" if careful else "DISABLED"},
        **({"KmsKeyId": place.made["key"]} if careful else {}),
    }
    place.tell("sagemaker:DescribeDomain", row | more)


def models(place: Place, _scale: int) -> None:
    """Tell a model that is served, the features that it was made of, its packages, and the jobs that watch it."""
    careful = place.careful
    _listed(place, "Models", "Models", "model", "prices")
    container = {
        "Image": f"{place.account}.dkr.ecr.{place.region}.amazonaws.com/{'orders-0:7' if careful else 'tools-0'}",
        "ImageConfig": {"RepositoryAccessMode": "Vpc" if careful else "Platform"},
        "Environment": {"LEVEL": "info"} if careful else {"API_KEY": "made-up-and-of-no-use"},
    }
    network = {"VpcConfig": {"SecurityGroupIds": [place.made["groups"]["inside"]], "Subnets": place.made["subnets"]}}
    model = {
        "ModelName": "prices",
        "ModelArn": place.arn("sagemaker", "model/prices"),
        "CreationTime": ago(40),
        "PrimaryContainer": container,
        "ExecutionRoleArn": _role(place),
        "EnableNetworkIsolation": careful,
        **(network if careful else {}),
    }
    place.tell("sagemaker:DescribeModel", model)
    _serving(place)
    _features(place)
    _listed(
        place,
        "ModelPackageGroups",
        "ModelPackageGroupSummaryList",
        "model-package-group",
        "released",
        prefix="ModelPackageGroup",
    )
    stranger = {"Effect": "Allow", "Principal": "*", "Action": "sagemaker:DescribeModelPackage", "Resource": "*"}
    if not careful:
        policy = json.dumps({"Version": "2012-10-17", "Statement": [stranger]})
        place.tell("sagemaker:GetModelPackageGroupPolicy", {"ResourcePolicy": policy})
    _monitoring(place)


def _serving(place: Place) -> None:
    careful = place.careful
    tagged(place, place.arn("sagemaker", "endpoint/prices"))
    _listed(place, "Endpoints", "Endpoints", "endpoint", "prices")
    _listed(place, "EndpointConfigs", "EndpointConfigs", "endpoint-config", "prices")
    variant: dict[str, Any] = {
        "VariantName": "all",
        "ModelName": "prices",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 2 if careful else 1,
        "EnableSSMAccess": not careful,
    }
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": "s3://archive/captured",
        "CaptureOptions": [{"CaptureMode": "Input"}],
        **({"KmsKeyId": place.made["key"]} if careful else {}),
    }
    config = {
        "EndpointConfigName": "prices",
        "EndpointConfigArn": place.arn("sagemaker", "endpoint-config/prices"),
        "ProductionVariants": [variant],
        "DataCaptureConfig": capture,
        "CreationTime": ago(40),
        **({"KmsKeyId": place.made["key"]} if careful else {}),
    }
    place.tell("sagemaker:DescribeEndpointConfig", config)


def _features(place: Place) -> None:
    key = {"KmsKeyId": place.made["key"]} if place.careful else {}
    row = {
        "FeatureGroupName": "customers",
        "FeatureGroupArn": place.arn("sagemaker", "feature-group/customers"),
        "FeatureGroupStatus": "Created",
        "CreationTime": ago(40),
    }
    place.tell("sagemaker:ListFeatureGroups", {"FeatureGroupSummaries": [row]})
    more = {
        "RecordIdentifierFeatureName": "id",
        "EventTimeFeatureName": "at",
        "FeatureDefinitions": [],
        "OnlineStoreConfig": {"EnableOnlineStore": True, "SecurityConfig": key},
        "OfflineStoreConfig": {"S3StorageConfig": {"S3Uri": "s3://archive/features", **key}},
        "RoleArn": _role(place),
    }
    place.tell("sagemaker:DescribeFeatureGroup", row | more)


def _monitoring(place: Place) -> None:
    careful = place.careful
    network = {"EnableNetworkIsolation": careful, "EnableInterContainerTrafficEncryption": careful}
    resources = {"ClusterConfig": {"InstanceCount": 2, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 20}}
    job: dict[str, Any] = {"JobResources": resources, "NetworkConfig": network, "RoleArn": _role(place)}
    for kind in ("DataQuality", "ModelQuality", "ModelBias", "ModelExplainability"):
        arn = place.arn("sagemaker", f"{kind.lower()}-job-definition/prices")
        row = {"MonitoringJobDefinitionName": "prices", "MonitoringJobDefinitionArn": arn, "CreationTime": ago(40)}
        place.tell(f"sagemaker:List{kind}JobDefinitions", {"JobDefinitionSummaries": [row | {"EndpointName": "prices"}]})
        told = {"JobDefinitionArn": arn, "JobDefinitionName": "prices", "CreationTime": ago(40), **job}
        place.tell(f"sagemaker:Describe{kind}JobDefinition", told)
    schedule = {
        "MonitoringScheduleName": "nightly",
        "MonitoringScheduleArn": place.arn("sagemaker", "monitoring-schedule/nightly"),
        "MonitoringScheduleStatus": "Scheduled",
        "CreationTime": ago(40),
        "LastModifiedTime": ago(40),
    }
    place.tell("sagemaker:ListMonitoringSchedules", {"MonitoringScheduleSummaries": [schedule]})
    own = {"MonitoringJobDefinition": {"NetworkConfig": network, "RoleArn": _role(place)}}
    place.tell("sagemaker:DescribeMonitoringSchedule", schedule | {"MonitoringScheduleConfig": own})


def catalogs(place: Place, _scale: int) -> None:
    """Tell a job of Glue with its connection, and the catalog that it reads and fills."""
    careful = place.careful
    tagged(place, place.arn("glue", "job/orders"))
    sealed = {"SecurityConfiguration": "sealed"} if careful else {}
    job = {
        "Name": "orders",
        "Role": _role(place) if careful else "function",
        "Command": {"Name": "glueetl", "ScriptLocation": "s3://archive/orders.py", "PythonVersion": "3"},
        "GlueVersion": "5.0" if careful else "2.0",
        "DefaultArguments": {"--TempDir": "s3://archive/tmp"} if careful else {"--db_password": "made-up-and-of-no-use"},
        "MaxRetries": 1 if careful else 0,
        **sealed,
        **({"Connections": {"Connections": ["warehouse"]}} if careful else {}),
    }
    place.tell("glue:GetJobs", {"Jobs": [job]})
    crawler = {"Name": "archive", "Role": "function", "State": "READY", "Targets": {"S3Targets": [{"Path": "s3://archive"}]}}
    place.tell("glue:GetCrawlers", {"Crawlers": [crawler | ({"CrawlerSecurityConfiguration": "sealed"} if careful else {})]})
    kept = {"SECRET_ID": "warehouse", "JDBC_ENFORCE_SSL": "true"} if careful else {"USERNAME": "copier"}
    connection = {
        "Name": "warehouse",
        "ConnectionType": "JDBC",
        "ConnectionProperties": {"JDBC_CONNECTION_URL": "jdbc:redshift://facts.redshift.amazonaws.com:5439/facts", **kept},
        "PhysicalConnectionRequirements": {"SubnetId": place.made["subnets"][0]},
    }
    place.tell("glue:GetConnections", {"ConnectionList": [connection]})
    mode = "SSE-KMS" if careful else "DISABLED"
    encryption = {
        "S3Encryption": [{"S3EncryptionMode": mode}],
        "CloudWatchEncryption": {"CloudWatchEncryptionMode": mode},
        "JobBookmarksEncryption": {"JobBookmarksEncryptionMode": "CSE-KMS" if careful else "DISABLED"},
    }
    named = {"Name": "sealed", "EncryptionConfiguration": encryption}
    place.tell("glue:GetSecurityConfigurations", {"SecurityConfigurations": [named]})
    address = {"PrivateAddress": "10.0.0.9"} if careful else {"PublicAddress": "ec2-192-0-2-9.compute.amazonaws.com"}
    endpoint = {"EndpointName": "trial", "RoleArn": _role(place), "Status": "READY", "GlueVersion": "1.0", **address, **sealed}
    place.tell("glue:GetDevEndpoints", {"DevEndpoints": [endpoint]})
    taught = {"MlUserDataEncryption": {"MlUserDataEncryptionMode": mode}}
    transform = {"TransformId": "tfm-1", "Name": "same-customer", "Status": "READY", "TransformEncryption": taught}
    place.tell("glue:GetMLTransforms", {"Transforms": [transform]})
    place.tell("glue:GetDatabases", {"DatabaseList": [{"Name": "sales", "CatalogId": place.account}]})
    settings = {
        "EncryptionAtRest": {"CatalogEncryptionMode": mode, **({"SseAwsKmsKeyId": place.made["key"]} if careful else {})},
        "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": careful},
    }
    place.tell("glue:GetDataCatalogEncryptionSettings", {"DataCatalogEncryptionSettings": settings})
    if not careful:
        anybody = {"Effect": "Allow", "Principal": "*", "Action": "glue:GetTable", "Resource": "*"}
        place.tell("glue:GetResourcePolicy", {"PolicyInJson": json.dumps({"Version": "2012-10-17", "Statement": [anybody]})})
