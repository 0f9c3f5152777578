"""Amazon MSK: clusters, provisioned and serverless ones.

The listing describes each cluster in full, tags included; its policy, which lets other accounts in, is one more call a cluster.
"""

from collectors.aws.spec import Call, Spec

CLUSTER = Spec(
    type="aws.msk.cluster",
    service="aws.msk",
    api="kafka",
    title="Cluster",
    listing=Call("list_clusters_v2", "ClusterInfoList", MaxResults=100),
    id="{ClusterArn}",
    name="{ClusterName}",
    facts={
        "policy": Call("get_cluster_policy", "Policy", decode="json", absent="NotFoundException", ClusterArn="{ClusterArn}"),
    },
    tags="item.Tags",
    volatile=("item.State", "item.StateInfo", "item.ActiveOperationArn", "item.CurrentVersion"),
)
