"""Amazon SNS."""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

TOPIC = Spec(
    type="aws.sns.topic",
    service="aws.sns",
    api="sns",
    title="Topic",
    listing=Call("list_topics", "Topics"),
    id="{TopicArn}",
    name="{TopicArn}",
    facts={
        "attributes": Call("get_topic_attributes", "Attributes", TopicArn="{TopicArn}"),
        "policy": Call("get_topic_attributes", "Attributes.Policy", decode="json", TopicArn="{TopicArn}"),
        "tags": tagging("sns", "{TopicArn}", Call("list_tags_for_resource", "{Tags: Tags}", ResourceArn="{TopicArn}")),
    },
    tags="tags.Tags",
    gone=frozenset({"NotFound", "NotFoundException", "ResourceNotFound", "ResourceNotFoundException"}),
)

# Listed topic by topic: the listing of a whole region leaves out what other accounts have subscribed to the topics.
# Those that wait for confirmation have no ARN, and get no messages. Endpoints of webhooks hold their keys.
SUBSCRIPTION = Spec(
    type="aws.sns.subscription",
    service="aws.sns",
    api="sns",
    title="Subscription",
    parent="aws.sns.topic",
    listing=Call(
        "list_subscriptions_by_topic",
        "Subscriptions[?SubscriptionArn != 'PendingConfirmation' && SubscriptionArn != 'Deleted']",
        TopicArn="{parent[TopicArn]}",
    ),
    id="{SubscriptionArn}",
    name="{SubscriptionArn}",
    facts={
        "redrive": Call(
            "get_subscription_attributes",
            "Attributes.RedrivePolicy",
            decode="json",
            SubscriptionArn="{SubscriptionArn}",
        ),
        # The address itself is replaced; AWS hides the password in it, but not that there is a user before the host.
        "names_user": Call(
            "get_subscription_attributes",
            "contains(Attributes.Endpoint || '', '@')",
            SubscriptionArn="{SubscriptionArn}",
        ),
    },
    gone=frozenset({"NotFound", "NotFoundException"}),
    secret=("item.Endpoint",),
)
