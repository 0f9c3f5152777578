"""Managed instance groups."""

from collectors.gcp.spec import FINGERPRINT, Spec

SERVICE = "gcp.mig"

INSTANCE_GROUP_MANAGER = Spec(
    type="gcp.mig.instance_group_manager",
    service=SERVICE,
    title="Managed instance group",
    asset="compute.googleapis.com/InstanceGroupManager",
    schema="compute.v1.InstanceGroupManager",
    volatile=(*FINGERPRINT, "item.currentActions", "item.status"),
    metadata=("item.allInstancesConfig.properties.metadata",),
)

AUTOSCALER = Spec(
    type="gcp.mig.autoscaler",
    service=SERVICE,
    title="Autoscaler",
    asset="compute.googleapis.com/Autoscaler",
    schema="compute.v1.Autoscaler",
    volatile=("item.recommendedSize", "item.scalingScheduleStatus", "item.statusDetails"),
)
