"""Pub/Sub."""

from collectors.gcp.spec import Spec

SERVICE = "gcp.pubsub"

TOPIC = Spec(
    type="gcp.pubsub.topic",
    service=SERVICE,
    title="Topic",
    asset="pubsub.googleapis.com/Topic",
    schema="pubsub.v1.Topic",
    iam=True,
    tags="item.labels",
)

SUBSCRIPTION = Spec(
    type="gcp.pubsub.subscription",
    service=SERVICE,
    title="Subscription",
    asset="pubsub.googleapis.com/Subscription",
    schema="pubsub.v1.Subscription",
    iam=True,
    tags="item.labels",
)

SNAPSHOT = Spec(
    type="gcp.pubsub.snapshot",
    service=SERVICE,
    title="Snapshot",
    asset="pubsub.googleapis.com/Snapshot",
    schema="pubsub.v1.Snapshot",
    iam=True,
    tags="item.labels",
)
