"""BigQuery. A dataset's access list and its IAM policy say the same in two ways."""

from collectors.gcp.spec import ETAG, Spec

SERVICE = "gcp.bigquery"

DATASET = Spec(
    type="gcp.bigquery.dataset",
    service=SERVICE,
    title="Dataset",
    asset="bigquery.googleapis.com/Dataset",
    schema="bigquery.v2.Dataset",
    iam=True,
    tags="item.labels",
    volatile=(*ETAG, "item.lastModifiedTime"),
)

TABLE = Spec(
    type="gcp.bigquery.table",
    service=SERVICE,
    title="Table or view",
    asset="bigquery.googleapis.com/Table",
    schema="bigquery.v2.Table",
    iam=True,
    tags="item.labels",
    volatile=(
        *ETAG,
        "item.lastModifiedTime",
        "item.materializedView.lastRefreshTime",
        "item.numActiveLogicalBytes",
        "item.numActivePhysicalBytes",
        "item.numBytes",
        "item.numCurrentPhysicalBytes",
        "item.numLongTermBytes",
        "item.numLongTermLogicalBytes",
        "item.numLongTermPhysicalBytes",
        "item.numPartitions",
        "item.numPhysicalBytes",
        "item.numRows",
        "item.numTimeTravelPhysicalBytes",
        "item.numTotalLogicalBytes",
        "item.numTotalPhysicalBytes",
        "item.streamingBuffer",
    ),
)
