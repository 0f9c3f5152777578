"""Amazon DynamoDB."""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

# Sizes are updated every few hours, capacity whenever autoscaling acts: neither is a change of settings.
COUNTS = ("ItemCount", "TableSizeBytes", "ProvisionedThroughput", "WarmThroughput")
INDEX_COUNTS = ("ItemCount", "IndexSizeBytes", "ProvisionedThroughput", "WarmThroughput")

ARN = "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"

TABLE = Spec(
    type="aws.dynamodb.table",
    service="aws.dynamodb",
    api="dynamodb",
    title="Table",
    listing=Call("list_tables", "TableNames[].{TableName: @}", Limit=100),
    id=ARN,
    name="{TableName}",
    facts={
        "table": Call("describe_table", "Table", TableName="{TableName}"),
        "backups": Call("describe_continuous_backups", "ContinuousBackupsDescription", TableName="{TableName}"),
        "policy": Call(
            "get_resource_policy",
            "Policy",
            decode="json",
            absent="PolicyNotFoundException",
            ResourceArn=ARN,
        ),
        "tags": tagging("dynamodb:table", ARN, Call("list_tags_of_resource", "{Tags: Tags}", ResourceArn=ARN)),
    },
    tags="tags.Tags",
    gone=frozenset({"ResourceNotFoundException", "TableNotFoundException"}),
    volatile=(
        *(f"table.{name}" for name in COUNTS),
        *(f"table.{kind}SecondaryIndexes.{name}" for kind in ("Global", "Local") for name in INDEX_COUNTS),
        "backups.PointInTimeRecoveryDescription.EarliestRestorableDateTime",
        "backups.PointInTimeRecoveryDescription.LatestRestorableDateTime",
    ),
)
