"""Secret Manager. Its listing never holds a secret's value."""

from collectors.gcp.spec import ETAG, Spec

SERVICE = "gcp.secretmanager"

SECRET = Spec(
    type="gcp.secretmanager.secret",
    service=SERVICE,
    title="Secret",
    asset="secretmanager.googleapis.com/Secret",
    schema="secretmanager.v1.Secret",
    iam=True,
    tags="item.labels",
    volatile=ETAG,
)

SECRET_VERSION = Spec(
    type="gcp.secretmanager.secret_version",
    service=SERVICE,
    title="Version of a secret",
    asset="secretmanager.googleapis.com/SecretVersion",
    schema="secretmanager.v1.SecretVersion",
    volatile=ETAG,
)
