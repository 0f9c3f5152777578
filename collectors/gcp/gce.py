"""Compute Engine: machines, their templates and images, the project's settings for all of them, patches and weaknesses."""

from collectors.gcp.spec import ETAG, LABELLED, UPDATED, Spec

SERVICE = "gcp.gce"

INSTANCE = Spec(
    type="gcp.gce.instance",
    service=SERVICE,
    title="VM instance",
    asset="compute.googleapis.com/Instance",
    schema="compute.v1.Instance",
    iam=True,
    inventory=True,
    tags="item.labels",
    volatile=(
        *LABELLED,
        "item.fingerprint",
        "item.lastStartTimestamp",
        "item.lastStopTimestamp",
        "item.lastSuspendedTimestamp",
        "item.metadata.fingerprint",
        "item.networkInterfaces.fingerprint",
        "item.tags.fingerprint",
    ),
    metadata=("item.metadata",),
)

INSTANCE_TEMPLATE = Spec(
    type="gcp.gce.instance_template",
    service=SERVICE,
    title="Instance template",
    asset="compute.googleapis.com/InstanceTemplate",
    schema="compute.v1.InstanceTemplate",
    iam=True,
    tags="item.properties.labels",
    volatile=("item.properties.metadata.fingerprint", "item.properties.tags.fingerprint"),
    metadata=("item.properties.metadata",),
)

MACHINE_IMAGE = Spec(
    type="gcp.gce.machine_image",
    service=SERVICE,
    title="Machine image",
    asset="compute.googleapis.com/MachineImage",
    schema="compute.v1.MachineImage",
    iam=True,
    tags="item.labels",
    volatile=(*LABELLED, "item.totalStorageBytes", "item.savedDisks.storageBytes"),
    metadata=("item.instanceProperties.metadata", "item.sourceInstanceProperties.metadata"),
)

PROJECT_SETTINGS = Spec(
    type="gcp.gce.project",
    service=SERVICE,
    title="Compute settings of the project",
    asset="compute.googleapis.com/Project",
    schema="compute.v1.Project",
    implied=True,
    volatile=("item.commonInstanceMetadata.fingerprint", "item.quotas.usage"),
    metadata=("item.commonInstanceMetadata",),
)

VULNERABILITY_REPORT = Spec(
    type="gcp.gce.vulnerability_report",
    service=SERVICE,
    title="Weaknesses of a guest",
    asset="osconfig.googleapis.com/VulnerabilityReport",
    schema="osconfig.v1.VulnerabilityReport",
    volatile=(*UPDATED, "item.vulnerabilities.updateTime"),
)

PATCH_DEPLOYMENT = Spec(
    type="gcp.gce.patch_deployment",
    service=SERVICE,
    title="Patch deployment",
    asset="osconfig.googleapis.com/PatchDeployment",
    schema="osconfig.v1.PatchDeployment",
    volatile=(
        *UPDATED,
        "item.lastExecuteTime",
        "item.recurringSchedule.lastExecuteTime",
        "item.recurringSchedule.nextExecuteTime",
    ),
)

OS_POLICY_ASSIGNMENT = Spec(
    type="gcp.gce.os_policy_assignment",
    service=SERVICE,
    title="OS policy assignment",
    asset="osconfig.googleapis.com/OSPolicyAssignment",
    schema="osconfig.v1.OSPolicyAssignment",
    volatile=ETAG,
    secret=(
        "item.osPolicies.resourceGroups.resources.exec.enforce.script",
        "item.osPolicies.resourceGroups.resources.exec.validate.script",
        "item.osPolicies.resourceGroups.resources.file.content",
    ),
)
