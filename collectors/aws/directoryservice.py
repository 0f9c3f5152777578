"""AWS Directory Service: directories, the trusts between them and others, and snapshots.

Topics, subscriptions of logs, trusts, snapshots and tags come in bulk; what else a directory is set to takes four calls each.
What is not offered for a kind of directory is absent. Not verified: what AWS answers on one that another account shares.
"""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

NAMED = "arn:{partition}:ds:{region}:{account}:"
NOT_OFFERED = "UnsupportedOperationException"

DIRECTORY = Spec(
    type="aws.directoryservice.directory",
    service="aws.directoryservice",
    api="ds",
    title="Directory",
    listing=Call("describe_directories", "DirectoryDescriptions"),
    id=NAMED + "directory/{DirectoryId}",
    name="{DirectoryId}",
    facts={
        "certificates": Call("list_certificates", "CertificatesInfo", absent=NOT_OFFERED, DirectoryId="{DirectoryId}"),
        "ldaps": Call(
            "describe_ldaps_settings", "LDAPSSettingsInfo", absent=NOT_OFFERED, DirectoryId="{DirectoryId}", Type="Client"
        ),
        "settings": Call("describe_settings", "SettingEntries", absent=NOT_OFFERED, DirectoryId="{DirectoryId}"),
        # A directory that is ours in name only, shared by another account, owns no shares.
        "shares": Call(
            "describe_shared_directories",
            "SharedDirectories",
            absent=f"{NOT_OFFERED} EntityDoesNotExistException",
            OwnerDirectoryId="{DirectoryId}",
        ),
        "subscription": Call("list_log_subscriptions", "LogSubscriptions", by="DirectoryId", key="{DirectoryId}"),
        "topic": Call("describe_event_topics", "EventTopics[?Status=='Registered']", by="DirectoryId", key="{DirectoryId}"),
        "tags": tagging("ds:directory", NAMED + "directory/{DirectoryId}"),
    },
    tags="tags.Tags",
    gone=frozenset({"DirectoryDoesNotExistException"}),
    volatile=("item.Stage", "item.StageLastUpdatedDateTime", "item.StageReason"),
    secret=("item.RadiusSettings.SharedSecret", "item.OwnerDirectoryDescription.RadiusSettings.SharedSecret"),
)

TRUST = Spec(
    type="aws.directoryservice.trust",
    service="aws.directoryservice",
    api="ds",
    title="Trust",
    listing=Call("describe_trusts", "Trusts", disabled=NOT_OFFERED),
    id=NAMED + "trust/{TrustId}",
    name="{TrustId}",
    volatile=("item.TrustState", "item.TrustStateReason", "item.StateLastUpdatedDateTime"),
)

SNAPSHOT = Spec(
    type="aws.directoryservice.snapshot",
    service="aws.directoryservice",
    api="ds",
    title="Snapshot of a directory",
    listing=Call("describe_snapshots", "Snapshots"),
    id=NAMED + "snapshot/{SnapshotId}",
    name="{SnapshotId}",
)
