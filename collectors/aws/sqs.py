"""Amazon SQS."""

from collectors.aws.spec import Call, Spec

QUEUE = Spec(
    type="aws.sqs.queue",
    service="aws.sqs",
    api="sqs",
    title="Queue",
    listing=Call("list_queues", "QueueUrls[].{QueueUrl: @}", MaxResults=1000),
    id="{QueueUrl}",
    facts={
        "attributes": Call("get_queue_attributes", "Attributes", QueueUrl="{QueueUrl}", AttributeNames=["All"]),
        "policy": Call(
            "get_queue_attributes",
            "Attributes.Policy",
            QueueUrl="{QueueUrl}",
            AttributeNames=["All"],
            decode="json",
        ),
        "tags": Call("list_queue_tags", "Tags", QueueUrl="{QueueUrl}"),
    },
    tags="tags",
    gone=frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}),
)
