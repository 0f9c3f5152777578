"""AWS Database Migration Service: the instances that copy, the endpoints that they connect to, and what they are told to do.

All of it comes from listings of a region. Extra attributes of connections may hold passwords, and are kept as a hash only.
"""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

INSTANCE = Spec(
    type="aws.dms.replication_instance",
    service="aws.dms",
    api="dms",
    title="Replication instance",
    listing=Call("describe_replication_instances", "ReplicationInstances", MaxRecords=100),
    id="{ReplicationInstanceArn}",
    name="{ReplicationInstanceIdentifier}",
    facts={"tags": tagging("dms:rep", "{ReplicationInstanceArn}")},
    tags="tags.Tags",
    volatile=("item.ReplicationInstanceStatus", "item.FreeUntil"),
)

# Passwords are write-only by AWS's word; should one be told all the same, it is not kept.
ENDPOINT = Spec(
    type="aws.dms.endpoint",
    service="aws.dms",
    api="dms",
    title="Endpoint",
    listing=Call("describe_endpoints", "Endpoints", MaxRecords=100),
    id="{EndpointArn}",
    name="{EndpointIdentifier}",
    volatile=("item.Status",),
    secret=(
        "item.ExtraConnectionAttributes",
        "item.*.AsmPassword",
        "item.*.AuthPassword",
        "item.*.Password",
        "item.*.SaslPassword",
        "item.*.SecurityDbEncryption",
        "item.*.SslClientKeyPassword",
    ),
)

# An instance cannot be deleted before its tasks. Source: DMS API reference, DeleteReplicationInstance.
TASK = Spec(
    type="aws.dms.replication_task",
    service="aws.dms",
    api="dms",
    title="Replication task",
    needs=INSTANCE.type,
    listing=Call(
        "describe_replication_tasks",
        "ReplicationTasks[].{ReplicationTaskArn: ReplicationTaskArn, ReplicationTaskIdentifier: ReplicationTaskIdentifier,"
        " MigrationType: MigrationType, ReplicationInstanceArn: ReplicationInstanceArn, SourceEndpointArn: SourceEndpointArn,"
        " TargetEndpointArn: TargetEndpointArn, ReplicationTaskSettings: ReplicationTaskSettings}",
        MaxRecords=100,
    ),
    id="{ReplicationTaskArn}",
    name="{ReplicationTaskIdentifier}",
)
