"""Google Kubernetes Engine, and who decides which images it runs. A cluster's asset holds its node pools as well."""

from collectors.gcp.spec import LABELLED, STAMPED, UPDATED, Spec

SERVICE = "gcp.gke"

CLUSTER = Spec(
    type="gcp.gke.cluster",
    service=SERVICE,
    title="Cluster",
    asset="container.googleapis.com/Cluster",
    schema="container.v1.Cluster",
    tags="item.resourceLabels",
    volatile=("item.etag", *LABELLED, "item.currentNodeCount", "item.nodePools.etag"),
    secret=("item.masterAuth.password", "item.masterAuth.clientKey"),
    metadata=("item.nodeConfig.metadata", "item.nodePools.config.metadata"),
)

NODE_POOL = Spec(
    type="gcp.gke.node_pool",
    service=SERVICE,
    title="Node pool",
    asset="container.googleapis.com/NodePool",
    schema="container.v1.NodePool",
    tags="item.config.resourceLabels",
    volatile=("item.etag",),
    metadata=("item.config.metadata",),
)

BINARY_AUTHORIZATION_POLICY = Spec(
    type="gcp.gke.binary_authorization_policy",
    service=SERVICE,
    title="Binary Authorization policy",
    asset="binaryauthorization.googleapis.com/Policy",
    schema="binaryauthorization.v1.Policy",
    iam=True,
    implied=True,
    volatile=STAMPED,
)

ATTESTOR = Spec(
    type="gcp.gke.attestor",
    service=SERVICE,
    title="Attestor",
    asset="binaryauthorization.googleapis.com/Attestor",
    schema="binaryauthorization.v1.Attestor",
    iam=True,
    volatile=STAMPED,
)

BACKUP_PLAN = Spec(
    type="gcp.gke.backup_plan",
    service=SERVICE,
    title="Backup plan",
    asset="gkebackup.googleapis.com/BackupPlan",
    schema="gkebackup.v1.BackupPlan",
    iam=True,
    tags="item.labels",
    volatile=("item.etag", *UPDATED, "item.lastSuccessfulBackupTime", "item.protectedPodCount"),
)
