"""Artifact Registry. Single images are too many to be types of their own here; they stay bare."""

from collectors.gcp.spec import UPDATED, Spec

REPOSITORY = Spec(
    type="gcp.artifactregistry.repository",
    service="gcp.artifactregistry",
    title="Repository",
    asset="artifactregistry.googleapis.com/Repository",
    schema="artifactregistry.v1.Repository",
    iam=True,
    tags="item.labels",
    volatile=(*UPDATED, "item.sizeBytes"),
)
