from typing import Any

from checks.aws import glue_catalog as catalog
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_sagemaker import hidden
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY, known_cases, named_cases

FILLED, CONNECTED = resource(catalog.DATABASE, "d", item={}), resource(catalog.CONNECTION, "c", item={})
ELSEWHERE = resource(catalog.DATABASE, "d", region="us-east-1", item={})


def encrypted(mode: str, key: str | None = None) -> dict[str, Any]:
    return {"EncryptionAtRest": {"CatalogEncryptionMode": mode, **({"SseAwsKmsKeyId": key} if key else {})}}


def passwords(*, kept: bool) -> dict[str, Any]:
    return {"ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": kept}}


def jdbc(**properties: Any) -> dict[str, Any]:
    return {"ConnectionType": "JDBC", "ConnectionProperties": properties}


def kafka(**properties: Any) -> dict[str, Any]:
    return {"ConnectionType": "KAFKA", "ConnectionProperties": properties}


CASES = [
    case(catalog.metadata_encrypted, PASS, encryption=encrypted("SSE-KMS"), inventory=[FILLED]),
    case(catalog.metadata_encrypted, PASS, encryption=encrypted("SSE-KMS-WITH-SERVICE-ROLE"), inventory=[CONNECTED]),
    case(catalog.metadata_encrypted, FAIL, encryption=encrypted("DISABLED"), inventory=[FILLED]),
    case(catalog.metadata_encrypted, FAIL, encryption={}, inventory=[FILLED]),
    case(catalog.metadata_encrypted, SKIP, encryption=encrypted("DISABLED"), inventory=[ELSEWHERE]),
    case(catalog.metadata_encrypted, UNKNOWN, encryption=encrypted("DISABLED"), inventory=[unlisted(catalog.DATABASE)]),
    case(catalog.customer_key, PASS, encryption=encrypted("SSE-KMS", KEY_ARN), inventory=[FILLED, OUR_KEY]),
    case(catalog.customer_key, FAIL, encryption=encrypted("SSE-KMS", KEY_ARN), inventory=[FILLED, AWS_KEY]),
    case(catalog.customer_key, FAIL, encryption=encrypted("SSE-KMS", "alias/aws/glue"), inventory=[FILLED]),
    case(catalog.customer_key, FAIL, encryption=encrypted("DISABLED", KEY_ARN), inventory=[FILLED, OUR_KEY]),
    case(catalog.customer_key, SKIP, encryption={}),
    case(catalog.customer_key, UNKNOWN, encryption=encrypted("SSE-KMS", KEY_ARN), inventory=[FILLED]),
    case(catalog.passwords_encrypted, PASS, encryption=passwords(kept=True), inventory=[CONNECTED]),
    case(catalog.passwords_encrypted, FAIL, encryption=passwords(kept=False), inventory=[CONNECTED]),
    case(catalog.passwords_encrypted, FAIL, encryption={}, inventory=[CONNECTED]),
    case(catalog.passwords_encrypted, SKIP, encryption={}, inventory=[FILLED]),
    case(catalog.passwords_encrypted, UNKNOWN, encryption={}, inventory=[unlisted(catalog.CONNECTION)]),
    *named_cases(catalog.not_public),
    *known_cases(catalog.known_accounts),
    case(catalog.encrypted, PASS, item=jdbc(JDBC_ENFORCE_SSL="True")),
    case(catalog.encrypted, PASS, item=kafka()),
    case(catalog.encrypted, FAIL, item=jdbc(JDBC_ENFORCE_SSL="false")),
    case(catalog.encrypted, FAIL, item=jdbc()),
    case(catalog.encrypted, FAIL, item={"ConnectionProperties": {"JDBC_CONNECTION_URL": "jdbc:mysql://db/shop"}}),
    case(catalog.encrypted, FAIL, item=jdbc(JDBC_ENFORCE_SSL="true", SKIP_CUSTOM_JDBC_CERT_VALIDATION="true")),
    case(catalog.encrypted, FAIL, item=kafka(KAFKA_SSL_ENABLED="false")),
    case(catalog.encrypted, FAIL, item=kafka(KAFKA_SKIP_CUSTOM_CERT_VALIDATION="true")),
    case(catalog.encrypted, SKIP, item={"ConnectionType": "NETWORK"}),
    case(catalog.password_kept_apart, PASS, item=jdbc(SECRET_ID="orders")),
    case(catalog.password_kept_apart, PASS, item=kafka(KAFKA_SASL_SCRAM_USERNAME="u", KAFKA_SASL_SCRAM_SECRETS_ARN="arn:1")),
    case(catalog.password_kept_apart, PASS, item={"AuthenticationConfiguration": {"SecretArn": "arn:1"}}),
    case(catalog.password_kept_apart, PASS, item=jdbc(JDBC_CONNECTION_URL=hidden(), SECRET_ID="orders")),
    case(catalog.password_kept_apart, FAIL, item=jdbc(USERNAME="admin")),
    case(catalog.password_kept_apart, FAIL, item=kafka(KAFKA_SASL_PLAIN_USERNAME="u")),
    case(catalog.password_kept_apart, FAIL, item=jdbc(JDBC_CONNECTION_URL=hidden("Basic Auth Credentials"))),
    case(catalog.password_kept_apart, PASS, item={"ConnectionType": "NETWORK"}),
]
