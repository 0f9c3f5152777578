"""Cloud Logging, and the alerts of Cloud Monitoring that stand on its metrics."""

from collectors.gcp.spec import UPDATED, Spec

SERVICE = "gcp.logging"

SINK = Spec(
    type="gcp.logging.log_sink",
    service=SERVICE,
    title="Log sink",
    asset="logging.googleapis.com/LogSink",
    schema="logging.v2.LogSink",
    volatile=(*UPDATED, "item.exclusions.updateTime"),
)

BUCKET = Spec(
    type="gcp.logging.log_bucket",
    service=SERVICE,
    title="Log bucket",
    asset="logging.googleapis.com/LogBucket",
    schema="logging.v2.LogBucket",
    volatile=UPDATED,
)

VIEW = Spec(
    type="gcp.logging.log_view",
    service=SERVICE,
    title="Log view",
    asset="logging.googleapis.com/LogView",
    schema="logging.v2.LogView",
    iam=True,
    volatile=UPDATED,
)

METRIC = Spec(
    type="gcp.logging.log_metric",
    service=SERVICE,
    title="Metric on logs",
    asset="logging.googleapis.com/LogMetric",
    schema="logging.v2.LogMetric",
    volatile=UPDATED,
)

SETTINGS = Spec(
    type="gcp.logging.settings",
    service=SERVICE,
    title="Logging settings",
    asset="logging.googleapis.com/Settings",
    schema="logging.v2.Settings",
)

ALERT_POLICY = Spec(
    type="gcp.logging.alert_policy",
    service=SERVICE,
    title="Alert policy",
    asset="monitoring.googleapis.com/AlertPolicy",
    schema="monitoring.v3.AlertPolicy",
    tags="item.userLabels",
    volatile=("item.mutationRecord",),
)

# What a channel of each kind needs stands in one map: addresses, but also the keys of webhooks and pagers.
NOTIFICATION_CHANNEL = Spec(
    type="gcp.logging.notification_channel",
    service=SERVICE,
    title="Notification channel",
    asset="monitoring.googleapis.com/NotificationChannel",
    schema="monitoring.v3.NotificationChannel",
    tags="item.userLabels",
    volatile=("item.mutationRecords",),
    secret=("item.labels.auth_token", "item.labels.password", "item.labels.service_key", "item.labels.url"),
)
