"""Amazon Redshift Serverless: workgroups, which are reached, namespaces, which hold the data, and snapshots.

Tags are a call a resource: whether the tagging API knows these types could not be verified.
"""

from collectors.aws.spec import Call, Spec

WORKGROUP = Spec(
    type="aws.redshiftserverless.workgroup",
    service="aws.redshiftserverless",
    api="redshift-serverless",
    title="Workgroup",
    listing=Call("list_workgroups", "workgroups", maxResults=100),
    id="{workgroupArn}",
    name="{workgroupName}",
    facts={"tags": Call("list_tags_for_resource", "tags", resourceArn="{workgroupArn}")},
    tags="tags",
    gone=frozenset({"ResourceNotFoundException"}),
    volatile=("item.status", "item.patchVersion"),
)

NAMESPACE = Spec(
    type="aws.redshiftserverless.namespace",
    service="aws.redshiftserverless",
    api="redshift-serverless",
    title="Namespace",
    listing=Call("list_namespaces", "namespaces", maxResults=100),
    id="{namespaceArn}",
    name="{namespaceName}",
    facts={"tags": Call("list_tags_for_resource", "tags", resourceArn="{namespaceArn}")},
    tags="tags",
    gone=frozenset({"ResourceNotFoundException"}),
    volatile=("item.status",),
)

SNAPSHOT = Spec(
    type="aws.redshiftserverless.snapshot",
    service="aws.redshiftserverless",
    api="redshift-serverless",
    title="Snapshot",
    listing=Call("list_snapshots", "snapshots", maxResults=100, ownerAccount="{account}"),
    id="{snapshotArn}",
    name="{snapshotName}",
    volatile=("item.status", "item.snapshotRemainingDays", "item.elapsedTimeInSeconds", "item.backupProgressInMegaBytes"),
)
