from typing import Any

from checks.aws import dms
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_redshift import ADMINISTRATOR, ROLE_ARN
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

WITH_KEY = {"KmsKeyId": KEY_ARN}
ROLE = {"EngineName": "s3", "S3Settings": {"ServiceAccessRoleArn": ROLE_ARN}}


def endpoint(engine: str = "mysql", **more: Any) -> dict[str, Any]:
    return {"EndpointIdentifier": "source", "EngineName": engine, **more}


CASES = [
    case(dms.customer_key, PASS, item=WITH_KEY, inventory=[OUR_KEY]),
    case(dms.customer_key, FAIL, item=WITH_KEY, inventory=[AWS_KEY]),
    case(dms.customer_key, UNKNOWN, item=WITH_KEY, inventory=[unlisted("aws.kms.key")]),
    case(dms.not_public, PASS, item={"PubliclyAccessible": False}),
    case(dms.not_public, FAIL, item={"PubliclyAccessible": True}),
    case(dms.minor_upgrades, PASS, item={"AutoMinorVersionUpgrade": True}),
    case(dms.minor_upgrades, FAIL, item={"AutoMinorVersionUpgrade": False}),
    case(dms.multi_zone, PASS, item={"MultiAZ": True}),
    case(dms.multi_zone, FAIL, item={}),
    case(dms.tls_required, PASS, item=endpoint(SslMode="verify-full")),
    case(dms.tls_required, PASS, item=endpoint("s3", SslMode="none")),
    case(dms.tls_required, PASS, item=endpoint("kafka", KafkaSettings={"SecurityProtocol": "sasl-ssl"})),
    case(dms.tls_required, FAIL, item=endpoint(SslMode="none")),
    case(dms.tls_required, FAIL, item=endpoint()),
    case(dms.tls_required, FAIL, item=endpoint("kafka", SslMode="none", KafkaSettings={"SecurityProtocol": "plaintext"})),
    case(dms.tls_required, FAIL, item=endpoint("redis", RedisSettings={"SslSecurityProtocol": "plaintext"})),
    case(dms.password_kept, PASS, item=endpoint(MySQLSettings={"SecretsManagerSecretId": "arn:aws:secretsmanager:x"})),
    case(dms.password_kept, FAIL, item=endpoint(Username="copier")),
    case(dms.password_kept, FAIL, item=endpoint("mongodb", MongoDbSettings={"Username": "copier"})),
    case(dms.password_kept, SKIP, item=endpoint("s3", S3Settings={"BucketName": "x"})),
    case(dms.roles_limited, PASS, item=ROLE, inventory=[resource("aws.iam.role", ROLE_ARN, item={})]),
    case(dms.roles_limited, FAIL, item=ROLE, inventory=[resource("aws.iam.role", ROLE_ARN, item=ADMINISTRATOR)]),
    case(dms.roles_limited, UNKNOWN, item=ROLE),
    case(dms.roles_limited, SKIP, item=endpoint()),
    case(dms.logged, PASS, item={"ReplicationTaskSettings": '{"Logging": {"EnableLogging": true}}'}),
    case(dms.logged, FAIL, item={"ReplicationTaskSettings": '{"Logging": {"EnableLogging": false}}'}),
    case(dms.logged, FAIL, item={"ReplicationTaskSettings": None}),
    case(dms.logged, UNKNOWN, item={"ReplicationTaskSettings": "{"}),
    case(dms.signs_in, PASS, item=endpoint("mongodb", MongoDbSettings={"AuthType": "password"})),
    case(dms.signs_in, FAIL, item=endpoint("mongodb", MongoDbSettings={"AuthType": "no"})),
    case(dms.signs_in, FAIL, item=endpoint("mongodb")),
    case(dms.signs_in, PASS, item=endpoint("neptune", NeptuneSettings={"IamAuthEnabled": True})),
    case(dms.signs_in, FAIL, item=endpoint("neptune", NeptuneSettings={"IamAuthEnabled": False})),
    case(dms.signs_in, SKIP, item=endpoint()),
]
