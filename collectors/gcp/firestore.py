"""Firestore."""

from collectors.gcp.spec import STAMPED, UPDATED, Spec

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

# Rules that let in an application's users: a release puts a ruleset in force, for one database or for the first.
# They are listed since 2025. Source: release notes of Cloud Asset Inventory, entry after 2025-01-24. Whether a ruleset's text
# is in its asset is not verified: where it isn't, checks say so.
RULESET = Spec(
    type="gcp.firestore.ruleset",
    service=SERVICE,
    title="Ruleset of Firebase",
    asset="firebaserules.googleapis.com/Ruleset",
    schema="firebaserules.v1.Ruleset",
)

RELEASE = Spec(
    type="gcp.firestore.release",
    service=SERVICE,
    title="Rules of Firebase in force",
    asset="firebaserules.googleapis.com/Release",
    schema="firebaserules.v1.Release",
    volatile=UPDATED,
)
