"""Amazon MQ: brokers, and the configurations that give rights within ActiveMQ.

The listing tells little of a broker, and a configuration's content has no bulk call either: one more call each.
"""

from collectors.aws.spec import Call, Spec

GONE = frozenset({"NotFoundException"})

BROKER = Spec(
    type="aws.mq.broker",
    service="aws.mq",
    api="mq",
    title="Broker",
    listing=Call("list_brokers", "BrokerSummaries", MaxResults=100),
    id="{BrokerArn}",
    name="{BrokerName}",
    facts={"broker": Call("describe_broker", BrokerId="{BrokerId}")},
    tags="broker.Tags",
    gone=GONE,
    volatile=("item.BrokerState", "broker.BrokerState", "broker.ActionsRequired"),
)

CONFIGURATION = Spec(
    type="aws.mq.configuration",
    service="aws.mq",
    api="mq",
    title="Configuration",
    listing=Call("list_configurations", "Configurations", MaxResults=100),
    id="{Arn}",
    name="{Name}",
    facts={
        "content": Call(
            "describe_configuration_revision",
            "Data",
            decode="base64",
            ConfigurationId="{Id}",
            ConfigurationRevision="{LatestRevision[Revision]}",
        )
    },
    tags="item.Tags",
    gone=GONE,
)
