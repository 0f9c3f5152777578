"""Images of machines."""

from collectors.gcp.spec import LABELLED, Spec

IMAGE = Spec(
    type="gcp.image.image",
    service="gcp.image",
    title="Image",
    asset="compute.googleapis.com/Image",
    schema="compute.v1.Image",
    iam=True,
    tags="item.labels",
    volatile=(*LABELLED, "item.archiveSizeBytes"),
    secret=("item.imageEncryptionKey.rawKey", "item.imageEncryptionKey.rsaEncryptedKey"),
)
