"""Firestore."""

from collectors.gcp.spec import STAMPED, Spec

SERVICE = "gcp.firestore"

DATABASE = Spec(
    type="gcp.firestore.database",
    service=SERVICE,
    title="Database",
    asset="firestore.googleapis.com/Database",
    schema="firestore.v1.GoogleFirestoreAdminV1Database",
    volatile=(*STAMPED, "item.earliestVersionTime"),
)

BACKUP = Spec(
    type="gcp.firestore.backup",
    service=SERVICE,
    title="Backup",
    asset="firestore.googleapis.com/Backup",
    schema="firestore.v1.GoogleFirestoreAdminV1Backup",
    volatile=("item.stats",),
)
