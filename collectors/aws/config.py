"""AWS Config: what records changes, where it delivers them, and how long they are kept."""

from collectors.aws.spec import Call, Spec

RECORDER = Spec(
    type="aws.config.recorder",
    service="aws.config",
    api="config",
    title="Configuration recorder",
    listing=Call("describe_configuration_recorders", "ConfigurationRecorders"),
    id="{arn}",
    name="{name}",
    facts={
        "status": Call("describe_configuration_recorder_status", "ConfigurationRecordersStatus", by="name", key="{name}"),
        "retention": Call("describe_retention_configurations", "RetentionConfigurations"),
    },
    gone=frozenset({"NoSuchConfigurationRecorderException"}),
    volatile=("status.lastStartTime", "status.lastStopTime", "status.lastStatusChangeTime"),
)

DELIVERY_CHANNEL = Spec(
    type="aws.config.delivery_channel",
    service="aws.config",
    api="config",
    title="Delivery channel",
    listing=Call("describe_delivery_channels", "DeliveryChannels"),
    id="arn:{partition}:config:{region}:{account}:delivery-channel/{name}",
    name="{name}",
    facts={
        "status": Call("describe_delivery_channel_status", "DeliveryChannelsStatus", by="name", key="{name}"),
    },
    gone=frozenset({"NoSuchDeliveryChannelException"}),
    volatile=tuple(
        f"status.config{what}DeliveryInfo.{time}"
        for what in ("Snapshot", "History", "Stream")
        for time in ("lastAttemptTime", "lastSuccessfulTime", "nextDeliveryTime", "lastStatusChangeTime")
    ),
)

AGGREGATOR = Spec(
    type="aws.config.aggregator",
    service="aws.config",
    api="config",
    title="Configuration aggregator",
    listing=Call("describe_configuration_aggregators", "ConfigurationAggregators", Limit=100),
    id="{ConfigurationAggregatorArn}",
    name="{ConfigurationAggregatorName}",
)
