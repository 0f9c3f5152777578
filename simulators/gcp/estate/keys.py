"""Keys of Cloud KMS and secrets."""

from __future__ import annotations

from simulators.gcp.estate.place import REGION, Data, Place


def keys(place: Place) -> None:
    ring = f"projects/{place.project}/locations/{REGION}/keyRings/main"
    data: Data = {"name": ring, "createTime": place.ago(600)}
    place.put("cloudkms.googleapis.com/KeyRing", ring, data, location=REGION)
    _key(place, "data")
    secrets(place)


def _key(place: Place, name: str) -> None:
    whole = place.key(name)
    version = {
        "name": f"{whole}/cryptoKeyVersions/1",
        "state": "ENABLED",
        "protectionLevel": "HSM" if place.careful else "SOFTWARE",
        "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION",
        "createTime": place.ago(600 if not place.careful else 30),
    }
    key: Data = {
        "name": whole,
        "purpose": "ENCRYPT_DECRYPT",
        "createTime": place.ago(600),
        "primary": version,
        "versionTemplate": {"protectionLevel": version["protectionLevel"], "algorithm": version["algorithm"]},
        "destroyScheduledDuration": "2592000s" if place.careful else "86400s",
    }
    if place.careful:
        key |= {"rotationPeriod": "7776000s", "nextRotationTime": place.ago(-60)}
    users = {"roles/cloudkms.cryptoKeyEncrypterDecrypter": ["allUsers"]} if not place.careful else None
    place.put("cloudkms.googleapis.com/CryptoKey", whole, key, location=REGION, iam=users)
    place.put("cloudkms.googleapis.com/CryptoKeyVersion", str(version["name"]), version, location=REGION)


def secrets(place: Place) -> None:
    name = f"projects/{place.node.number}/secrets/database-password"
    data: Data = {"name": name, "createTime": place.ago(200), "replication": {"automatic": {}}, "etag": '"16"'}
    if place.careful:
        data |= {
            "rotation": {"rotationPeriod": "7776000s", "nextRotationTime": place.ago(-20)},
            "topics": [{"name": f"projects/{place.project}/topics/rotate"}],
            "replication": {"userManaged": {"replicas": [_replica(place)]}},
        }
    readers = {"roles/secretmanager.secretAccessor": [f"serviceAccount:{place.account('shop')}"]}
    public = {"roles/secretmanager.secretAccessor": ["allAuthenticatedUsers"]}
    place.put("secretmanager.googleapis.com/Secret", name, data, iam=readers if place.careful else public)
    version = {"name": f"{name}/versions/1", "createTime": place.ago(200), "state": "ENABLED", "etag": '"17"'}
    place.put("secretmanager.googleapis.com/SecretVersion", f"{name}/versions/1", version)


def _replica(place: Place) -> Data:
    return {"location": REGION, "customerManagedEncryption": {"kmsKeyName": place.key()}}
