"""Cloud KMS."""

from collectors.gcp.spec import Spec

SERVICE = "gcp.kms"

KEY_RING = Spec(
    type="gcp.kms.key_ring",
    service=SERVICE,
    title="Key ring",
    asset="cloudkms.googleapis.com/KeyRing",
    schema="cloudkms.v1.KeyRing",
    iam=True,
)

CRYPTO_KEY = Spec(
    type="gcp.kms.crypto_key",
    service=SERVICE,
    title="Key",
    asset="cloudkms.googleapis.com/CryptoKey",
    schema="cloudkms.v1.CryptoKey",
    iam=True,
    tags="item.labels",
)

CRYPTO_KEY_VERSION = Spec(
    type="gcp.kms.crypto_key_version",
    service=SERVICE,
    title="Version of a key",
    asset="cloudkms.googleapis.com/CryptoKeyVersion",
    schema="cloudkms.v1.CryptoKeyVersion",
)

IMPORT_JOB = Spec(
    type="gcp.kms.import_job",
    service=SERVICE,
    title="Import job",
    asset="cloudkms.googleapis.com/ImportJob",
    schema="cloudkms.v1.ImportJob",
    iam=True,
)
