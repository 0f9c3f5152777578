"""Amazon SQS. The listing names queues by their URL only, which AWS takes as their identifier everywhere."""

from collectors.aws.spec import Call, Decoder, Spec
from collectors.aws.tagged import tagging


def _attributes(answer: str, decode: Decoder = "") -> Call:
    """Return the one call that brings all of a queue's attributes."""
    return Call("get_queue_attributes", answer, decode=decode, QueueUrl="{QueueUrl}", AttributeNames=["All"])


QUEUE = Spec(
    type="aws.sqs.queue",
    service="aws.sqs",
    api="sqs",
    title="Queue",
    listing=Call("list_queues", "QueueUrls[].{QueueUrl: @}", MaxResults=1000),
    id="{QueueUrl}",
    name="{QueueUrl}",
    facts={
        "attributes": _attributes("Attributes"),
        "policy": _attributes("Attributes.Policy", "json"),
        "redrive": _attributes("Attributes.RedrivePolicy", "json"),
        "tags": tagging("sqs", "{attributes[QueueArn]}", Call("list_queue_tags", "{Tags: Tags}", QueueUrl="{QueueUrl}")),
    },
    tags="tags.Tags",
    gone=frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}),
    volatile=(
        "attributes.ApproximateNumberOfMessages",
        "attributes.ApproximateNumberOfMessagesDelayed",
        "attributes.ApproximateNumberOfMessagesNotVisible",
    ),
)
