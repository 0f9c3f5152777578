"""Dataproc."""

from collectors.gcp.spec import Spec

SERVICE = "gcp.dataproc"

CLUSTER = Spec(
    type="gcp.dataproc.cluster",
    service=SERVICE,
    title="Cluster",
    asset="dataproc.googleapis.com/Cluster",
    schema="dataproc.v1.Cluster",
    iam=True,
    tags="item.labels",
    volatile=("item.metrics",),
    metadata=("item.config.gceClusterConfig.metadata",),
)

AUTOSCALING_POLICY = Spec(
    type="gcp.dataproc.autoscaling_policy",
    service=SERVICE,
    title="Autoscaling policy",
    asset="dataproc.googleapis.com/AutoscalingPolicy",
    schema="dataproc.v1.AutoscalingPolicy",
    iam=True,
    tags="item.labels",
)
