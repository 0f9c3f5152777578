from checks.aws import s3_recorded
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import advanced, data, trail

BUCKET = resource("aws.s3.bucket")
TYPE, EVERY = "AWS::S3::Object", "arn:aws:s3"
WRITES, READS = s3_recorded.object_writes_recorded, s3_recorded.object_reads_recorded
ALL = advanced("Data", resources_type={"Equals": [TYPE]})
ONLY_READS = advanced("Data", resources_type={"Equals": [TYPE]}, readOnly={"Equals": ["true"]})
ONE_BUCKET = advanced("Data", resources_type={"Equals": [TYPE]}, resources_ARN={"StartsWith": ["arn:aws:s3:::one/"]})

CASES = [
    each
    for check, own, other in ((WRITES, "WriteOnly", "ReadOnly"), (READS, "ReadOnly", "WriteOnly"))
    for each in (
        case(check, PASS, inventory=[BUCKET, trail(data(TYPE, EVERY))]),
        case(check, PASS, inventory=[BUCKET, trail(data(TYPE, EVERY, kind=own))]),
        case(check, PASS, inventory=[BUCKET, trail(ALL)]),
        case(check, FAIL, inventory=[BUCKET, trail(data(TYPE, EVERY, kind=other))]),
        case(check, FAIL, inventory=[BUCKET, trail(data(TYPE, "arn:aws:s3:::one/"))]),
        case(check, FAIL, inventory=[BUCKET, trail(ONE_BUCKET)]),
        case(check, FAIL, inventory=[BUCKET, trail({})]),
        case(check, FAIL, inventory=[BUCKET]),
        case(check, FAIL, inventory=[BUCKET, trail(ALL, logging=False)]),
        case(check, FAIL, inventory=[BUCKET, trail(ALL, everywhere=False)]),
        case(check, SKIP, inventory=[trail(ALL)]),
        case(check, UNKNOWN, inventory=[BUCKET, unlisted("aws.cloudtrail.trail")]),
        case(check, UNKNOWN, inventory=[unlisted("aws.s3.bucket"), trail(ALL)]),
        case(check, UNKNOWN, inventory=[BUCKET, trail(None)]),
    )
] + [
    case(READS, PASS, inventory=[BUCKET, trail(ONLY_READS)]),
    case(WRITES, FAIL, inventory=[BUCKET, trail(ONLY_READS)]),
]
