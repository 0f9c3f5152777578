"""Cloud Storage. Objects, and the access lists of single objects, are not in Asset Inventory."""

from collectors.gcp.spec import ETAG, Spec

BUCKET = Spec(
    type="gcp.storage.bucket",
    service="gcp.storage",
    title="Bucket",
    asset="storage.googleapis.com/Bucket",
    schema="storage.v1.Bucket",
    iam=True,
    tags="item.labels",
    volatile=(*ETAG, "item.generation", "item.metageneration", "item.updated", "item.acl.etag", "item.defaultObjectAcl.etag"),
)
