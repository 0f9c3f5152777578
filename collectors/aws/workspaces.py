"""Amazon WorkSpaces: desktops, the directories that they are registered with, groups of addresses, and images.

Connections come 25 desktops a call, tags in bulk; whom an image is shared with is one call an image. Pools, bundles and
aliases of connections are not read.
"""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

PAGE = 25  # the most that these listings give at once, and that the call about connections takes
NAMED = "arn:{partition}:workspaces:{region}:{account}:"
GONE = frozenset({"ResourceNotFoundException"})

# A directory with desktops in it cannot be deregistered. Source: WorkSpaces API reference, DeregisterWorkspaceDirectory.
WORKSPACE = Spec(
    type="aws.workspaces.workspace",
    service="aws.workspaces",
    api="workspaces",
    title="Desktop",
    needs="aws.workspaces.directory",
    listing=Call("describe_workspaces", "Workspaces", Limit=PAGE),
    id=NAMED + "workspace/{WorkspaceId}",
    name="{WorkspaceId}",
    facts={
        "connection": Call(
            "describe_workspaces_connection_status",
            "WorkspacesConnectionStatus",
            by="WorkspaceId",
            key="{WorkspaceId}",
            batch=PAGE,
            WorkspaceIds=["{WorkspaceId}"],
        ),
        "tags": tagging("workspaces:workspace", NAMED + "workspace/{WorkspaceId}"),
    },
    tags="tags.Tags",
    volatile=(
        "item.State",
        "item.ErrorMessage",
        "item.ErrorCode",
        "connection.ConnectionState",
        "connection.ConnectionStateCheckTimestamp",
        "connection.LastKnownUserConnectionTimestamp",
    ),
)

DIRECTORY = Spec(
    type="aws.workspaces.directory",
    service="aws.workspaces",
    api="workspaces",
    title="Directory of desktops",
    listing=Call("describe_workspace_directories", "Directories"),
    id=NAMED + "directory/{DirectoryId}",
    name="{DirectoryId}",
    facts={"tags": tagging("workspaces:directory", NAMED + "directory/{DirectoryId}")},
    tags="tags.Tags",
    secret=("item.RegistrationCode",),
)

IP_GROUP = Spec(
    type="aws.workspaces.ip_group",
    service="aws.workspaces",
    api="workspaces",
    title="Group of addresses that may reach desktops",
    listing=Call("describe_ip_groups", "Result", MaxResults=PAGE),
    id=NAMED + "workspaceipgroup/{groupId}",
    name="{groupName}",
)

IMAGE = Spec(
    type="aws.workspaces.image",
    service="aws.workspaces",
    api="workspaces",
    title="Image of desktops",
    listing=Call("describe_workspace_images", "Images", ImageType="OWNED", MaxResults=PAGE),
    id=NAMED + "workspaceimage/{ImageId}",
    name="{ImageId}",
    facts={
        "permissions": Call("describe_workspace_image_permissions", "ImagePermissions", ImageId="{ImageId}", MaxResults=PAGE),
    },
    gone=GONE,
    volatile=("item.State",),
)
