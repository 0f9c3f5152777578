"""What somebody must be told of that is done to transfers, small servers, desktops and directories.

Names of calls are those of the services' operations, as CloudTrail records them: all of them are management events.
"""

from __future__ import annotations

from checks.aws.watched import of_service

OF_OFFICES = (
    of_service(
        "aws.directoryservice.directory",
        "directory_changes",
        "directories that are shared, trusted or deleted",
        "A stranger's domain is trusted, an administrator's password is reset, or a directory is gone, and nobody notices.",
        ds="CreateTrust ShareDirectory ResetUserPassword DisableRadius DeleteDirectory DeleteLogSubscription",
    ),
    of_service(
        "aws.lightsail.instance",
        "small_server_changes",
        "servers of Lightsail that are opened or deleted",
        "A server is opened to the world, its key is fetched, or it is deleted, and nobody notices.",
        lightsail="PutInstancePublicPorts OpenInstancePublicPorts DownloadDefaultKeyPair DeleteInstance",
    ),
    of_service(
        "aws.transfer.server",
        "transfer_access",
        "transfer servers that are changed or given users",
        "A stranger gets a key of his own, or a server is opened to the world, and nobody notices.",
        transfer="CreateUser ImportSshPublicKey UpdateServer DeleteServer",
    ),
    of_service(
        "aws.workspaces.workspace",
        "desktop_changes",
        "desktops that are opened, rebuilt or deleted",
        "Desktops are reached from anywhere, their images are shared, or they are gone, and nobody notices.",
        workspaces="DisassociateIpGroups ModifyWorkspaceAccessProperties UpdateWorkspaceImagePermission TerminateWorkspaces",
    ),
)
