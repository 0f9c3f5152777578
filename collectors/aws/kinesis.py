"""Amazon Kinesis Data Streams and Amazon Data Firehose.

Listings tell names; how a stream is encrypted and who else may read it has no bulk call: two calls a stream of Kinesis, one a
stream of Firehose. Not verified: what GetResourcePolicy answers where there is no policy; an error that says so and an empty
policy are both taken for none. Of a delivery stream's destinations only what checks ask for is kept: some hold tokens of other
systems.
"""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

GONE = frozenset({"ResourceNotFoundException"})

STREAM = Spec(
    type="aws.kinesis.stream",
    service="aws.kinesis",
    api="kinesis",
    title="Data stream",
    listing=Call("list_streams", "StreamSummaries", Limit=1000),
    id="{StreamARN}",
    name="{StreamName}",
    facts={
        "summary": Call("describe_stream_summary", "StreamDescriptionSummary", StreamARN="{StreamARN}"),
        "policy": Call(
            "get_resource_policy", "Policy", decode="json", absent="ResourceNotFoundException", ResourceARN="{StreamARN}"
        ),
        "tags": tagging("kinesis:stream", "{StreamARN}"),
    },
    tags="tags.Tags",
    gone=GONE,
    volatile=("item.StreamStatus", "summary.StreamStatus", "summary.OpenShardCount"),
)

DELIVERY_STREAM = Spec(
    type="aws.kinesis.delivery_stream",
    service="aws.kinesis",
    api="firehose",
    title="Delivery stream",
    listing=Call("list_delivery_streams", "DeliveryStreamNames[].{DeliveryStreamName: @}", Limit=10000),
    id="arn:{partition}:firehose:{region}:{account}:deliverystream/{DeliveryStreamName}",
    name="{DeliveryStreamName}",
    facts={
        "stream": Call(
            "describe_delivery_stream",
            "DeliveryStreamDescription.{DeliveryStreamType: DeliveryStreamType,"
            " Encryption: DeliveryStreamEncryptionConfiguration,"
            " Roles: Destinations[].[S3DestinationDescription, ExtendedS3DestinationDescription,"
            " RedshiftDestinationDescription, ElasticsearchDestinationDescription,"
            " AmazonopensearchserviceDestinationDescription, HttpEndpointDestinationDescription,"
            " SnowflakeDestinationDescription, AmazonOpenSearchServerlessDestinationDescription,"
            " IcebergDestinationDescription][].RoleARN,"
            " Logging: Destinations[].*[].CloudWatchLoggingOptions.Enabled}",
            DeliveryStreamName="{DeliveryStreamName}",
        ),
        "tags": tagging(
            "firehose:deliverystream", "arn:{partition}:firehose:{region}:{account}:deliverystream/{DeliveryStreamName}"
        ),
    },
    tags="tags.Tags",
    gone=GONE,
)
