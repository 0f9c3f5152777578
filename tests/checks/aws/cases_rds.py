from typing import Any

from checks.aws import rds
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.databases import cluster, every, groups, instance, item_of, member, of, options
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

TLS, TOKENS, PASSWORD, ROLES = of(rds.tls_required), of(rds.iam_sign_in), of(rds.password_managed), of(rds.roles_limited)
ONE, AURORA = "aws.rds.instance", "aws.aurora.cluster"
WITH_KEY: dict[str, Any] = {"StorageEncrypted": True, "KmsKeyId": KEY_ARN}
OWNED_BY_AWS: dict[str, Any] = {"StorageEncrypted": False, "StorageEncryptionType": "sse-rds"}
SECRET = {"SecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-1", "SecretStatus": "active"}
REPLICA = {"ReadReplicaSourceDBInstanceIdentifier": "orders"}
ROLE_ARN = "arn:aws:iam::123456789012:role/export"
ATTACHED = {"AssociatedRoles": [{"RoleArn": ROLE_ARN, "FeatureName": "s3Export", "Status": "ACTIVE"}]}
ADMINISTRATOR = {"AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}
NATIVE = "NATIVE_NETWORK_ENCRYPTION"


def certificate(until: str) -> dict[str, Any]:
    return {"CertificateDetails": {"CAIdentifier": "rds-ca-rsa2048-g1", "ValidTill": f"{until}T00:00:00+00:00"}}


CASES = [
    *every(rds.encrypted, PASS, StorageEncrypted=True),
    *every(rds.encrypted, PASS, **OWNED_BY_AWS),
    *every(rds.encrypted, FAIL, StorageEncrypted=False, StorageEncryptionType="none"),
    *every(rds.encrypted, FAIL),
    member(rds.encrypted),
    *every(rds.customer_key, PASS, [OUR_KEY], **WITH_KEY),
    *every(rds.customer_key, FAIL, [AWS_KEY], **WITH_KEY),
    *every(rds.customer_key, FAIL, **OWNED_BY_AWS),
    *every(rds.customer_key, SKIP, StorageEncrypted=False),
    *every(rds.customer_key, UNKNOWN, [unlisted("aws.kms.key")], **WITH_KEY),
    member(rds.customer_key),
    *every(rds.tls_required, PASS, groups(rds__force_ssl="1")),
    *every(rds.tls_required, FAIL, groups(rds__force_ssl="0")),
    *every(rds.tls_required, FAIL, groups(rds__force_ssl=None)),
    *every(rds.tls_required, FAIL, groups()),
    *every(rds.tls_required, UNKNOWN),
    *every(rds.tls_required, UNKNOWN, [unlisted("aws.rds.parameter_group"), unlisted("aws.aurora.cluster_parameter_group")]),
    case(TLS[ONE], PASS, item=instance("mysql"), inventory=groups(require_secure_transport="ON")),
    case(TLS[ONE], PASS, item=instance("sqlserver-se"), inventory=groups(rds__force_ssl="1")),
    case(TLS[ONE], PASS, item=instance("db2-se"), inventory=groups(db2comm="SSL")),
    case(TLS[ONE], FAIL, item=instance("db2-se"), inventory=groups(db2comm="TCPIP,SSL")),
    case(TLS[ONE], FAIL, item=instance("mariadb"), inventory=groups(rds__force_ssl="1")),
    case(TLS[ONE], PASS, item=instance("oracle-ee"), inventory=[options(NATIVE, Encryption="REQUIRED")]),
    case(TLS[ONE], FAIL, item=instance("oracle-ee"), inventory=[options(NATIVE, Encryption="REQUESTED")]),
    case(TLS[ONE], FAIL, item=instance("oracle-ee"), inventory=[options(NATIVE)]),
    case(TLS[ONE], FAIL, item=instance("oracle-ee"), inventory=[options("SSL")]),
    case(TLS[ONE], UNKNOWN, item=instance("oracle-ee")),
    case(TLS[ONE], UNKNOWN, item=instance("custom-oracle-ee"), inventory=groups(rds__force_ssl="1")),
    case(TLS[AURORA], PASS, item=cluster("aurora-mysql"), inventory=groups(require_secure_transport="1")),
    case(TLS[AURORA], FAIL, item=cluster("aurora-mysql"), inventory=groups(require_secure_transport="OFF")),
    member(rds.tls_required),
    *every(rds.certificate_renewed, PASS, **certificate("2027-01-01")),
    *every(rds.certificate_renewed, FAIL, **certificate("2026-06-20")),
    *every(rds.certificate_renewed, FAIL, **certificate("2025-01-01")),
    *every(rds.certificate_renewed, SKIP),
    member(rds.certificate_renewed),
    *every(rds.iam_sign_in, PASS, IAMDatabaseAuthenticationEnabled=True),
    *every(rds.iam_sign_in, FAIL, IAMDatabaseAuthenticationEnabled=False),
    case(TOKENS[ONE], SKIP, item=instance("sqlserver-ee")),
    case(TOKENS[ONE], SKIP, item=instance("custom-oracle-ee")),
    member(rds.iam_sign_in),
    *every(rds.password_managed, PASS, MasterUserSecret=SECRET),
    *every(rds.password_managed, FAIL, MasterUserSecret={**SECRET, "SecretStatus": "impaired"}),
    *every(rds.password_managed, FAIL),
    case(PASSWORD[ONE], SKIP, item=instance(**REPLICA)),
    case(PASSWORD[AURORA], SKIP, item=cluster(ReplicationSourceIdentifier="arn:aws:rds:us-east-1:123456789012:cluster:orders")),
    case(PASSWORD[ONE], SKIP, item=instance("custom-sqlserver-ee")),
    member(rds.password_managed),
    *every(rds.roles_limited, PASS, [resource("aws.iam.role", ROLE_ARN, item={})], **ATTACHED),
    *every(rds.roles_limited, FAIL, [resource("aws.iam.role", ROLE_ARN, item=ADMINISTRATOR)], **ATTACHED),
    *every(rds.roles_limited, UNKNOWN, **ATTACHED),
    *every(rds.roles_limited, SKIP),
    case(ROLES[ONE], UNKNOWN, item=item_of(ROLES[ONE], **ATTACHED), inventory=[unlisted("aws.iam.role")]),
]
