"""Amazon FSx: file systems for Windows, Lustre, ONTAP and OpenZFS. The listing describes each in full."""

from collectors.aws.spec import Call, Spec

FILE_SYSTEM = Spec(
    type="aws.fsx.file_system",
    service="aws.fsx",
    api="fsx",
    title="File system",
    listing=Call("describe_file_systems", "FileSystems"),
    id="{ResourceARN}",
    name="{FileSystemId}",
    tags="item.Tags",
    volatile=("item.Lifecycle", "item.AdministrativeActions", "item.FailureDetails"),
    secret=("item.OntapConfiguration.FsxAdminPassword",),
)
