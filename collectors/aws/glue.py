"""AWS Glue: jobs, crawlers, connections and what encrypts them, all from listings of a region, and the region's Data Catalog.

Passwords of connections are not asked for. Tables and partitions are not read: their policies are the catalog's.
"""

from __future__ import annotations

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

# What jobs are told may hold secrets, and is hidden; whether they log as they run is told beside it. What the console drew
# a job from is left out: it is as long as the job's script, and options of connections within it may be secrets.
JOBS = (
    'Jobs[].merge(@, {CodeGenConfigurationNodes: `null`, ContinuousLog: DefaultArguments."--enable-continuous-cloudwatch-log"})'
)
# Keys of connections that may hold a secret. Source: Glue API reference, "Connection".
HIDDEN = (
    "CONNECTION_URL",
    "ENCRYPTED_KAFKA_CLIENT_KEYSTORE_PASSWORD",
    "ENCRYPTED_KAFKA_CLIENT_KEY_PASSWORD",
    "ENCRYPTED_KAFKA_SASL_PLAIN_PASSWORD",
    "ENCRYPTED_KAFKA_SASL_SCRAM_PASSWORD",
    "ENCRYPTED_PASSWORD",
    "JDBC_CONNECTION_URL",
    "KAFKA_CLIENT_KEYSTORE_PASSWORD",
    "KAFKA_CLIENT_KEY_PASSWORD",
    "KAFKA_SASL_PLAIN_PASSWORD",
    "KAFKA_SASL_SCRAM_PASSWORD",
    "PASSWORD",
)

JOB = Spec(
    type="aws.glue.job",
    service="aws.glue",
    api="glue",
    title="Job",
    listing=Call("get_jobs", JOBS, MaxResults=1000),
    id="arn:{partition}:glue:{region}:{account}:job/{Name}",
    name="{Name}",
    facts={"tags": tagging("glue:job", "arn:{partition}:glue:{region}:{account}:job/{Name}")},
    tags="tags.Tags",
    secret=("item.DefaultArguments.*", "item.NonOverridableArguments.*", "item.SourceControlDetails.AuthToken"),
)

CRAWLER = Spec(
    type="aws.glue.crawler",
    service="aws.glue",
    api="glue",
    title="Crawler",
    listing=Call("get_crawlers", "Crawlers", MaxResults=1000),
    id="arn:{partition}:glue:{region}:{account}:crawler/{Name}",
    name="{Name}",
    volatile=("item.State", "item.CrawlElapsedTime", "item.LastCrawl"),
)

CONNECTION = Spec(
    type="aws.glue.connection",
    service="aws.glue",
    api="glue",
    title="Connection",
    listing=Call("get_connections", "ConnectionList", HidePassword=True, MaxResults=100),
    id="arn:{partition}:glue:{region}:{account}:connection/{Name}",
    name="{Name}",
    volatile=("item.LastConnectionValidationTime",),
    secret=(
        *(f"item.ConnectionProperties.{key}" for key in HIDDEN),
        "item.AthenaProperties.*",
        "item.PythonProperties.*",
        "item.SparkProperties.*",
    ),
)

SECURITY_CONFIGURATION = Spec(
    type="aws.glue.security_configuration",
    service="aws.glue",
    api="glue",
    title="Security configuration",
    listing=Call("get_security_configurations", "SecurityConfigurations", MaxResults=1000),
    id="arn:{partition}:glue:{region}:{account}:securityConfiguration/{Name}",
    name="{Name}",
)

DEV_ENDPOINT = Spec(
    type="aws.glue.dev_endpoint",
    service="aws.glue",
    api="glue",
    title="Development endpoint",
    listing=Call("get_dev_endpoints", "DevEndpoints", MaxResults=1000),
    id="arn:{partition}:glue:{region}:{account}:devEndpoint/{EndpointName}",
    name="{EndpointName}",
    volatile=("item.Status", "item.LastUpdateStatus"),
    secret=("item.Arguments.*",),
)

ML_TRANSFORM = Spec(
    type="aws.glue.ml_transform",
    service="aws.glue",
    api="glue",
    title="Machine learning transform",
    listing=Call("get_ml_transforms", "Transforms", MaxResults=1000),
    id="arn:{partition}:glue:{region}:{account}:mlTransform/{TransformId}",
    name="{Name}",
    volatile=("item.Status", "item.EvaluationMetrics", "item.LabelCount"),
)

DATABASE = Spec(
    type="aws.glue.database",
    service="aws.glue",
    api="glue",
    title="Database of the catalog",
    listing=Call("get_databases", "DatabaseList", MaxResults=100),
    id="arn:{partition}:glue:{region}:{account}:database/{Name}",
    name="{Name}",
)

# Not verified: that AWS says EntityNotFoundException where there is no policy. The model knows the error, not its reason.
CATALOG = Spec(
    type="aws.glue.catalog",
    service="aws.glue",
    api="glue",
    title="Data Catalog",
    id="arn:{partition}:glue:{region}:{account}:catalog",
    name="{account}",
    facts={
        "encryption": Call("get_data_catalog_encryption_settings", "DataCatalogEncryptionSettings"),
        "policy": Call("get_resource_policy", "PolicyInJson", decode="json", absent="EntityNotFoundException"),
    },
)
