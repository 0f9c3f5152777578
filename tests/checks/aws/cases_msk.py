from typing import Any

from checks.aws import msk
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource
from tests.checks.aws.cases_security_groups import WORLD, group, rule
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY, known_cases, named_cases

SERVERLESS: dict[str, Any] = {
    "ClusterType": "SERVERLESS",
    "Serverless": {
        "ClientAuthentication": {"Sasl": {"Iam": {"Enabled": True}}},
        "VpcConfigs": [{"SecurityGroupIds": ["sg-1"]}],
    },
}


def brokers(**settings: Any) -> dict[str, Any]:
    return {"ClusterType": "PROVISIONED", "Provisioned": {"NumberOfBrokerNodes": 3, **settings}}


def transit(**settings: Any) -> dict[str, Any]:
    return brokers(EncryptionInfo={"EncryptionInTransit": settings})


def sign_in(**ways: Any) -> dict[str, Any]:
    return brokers(ClientAuthentication=ways)


def nodes(**settings: Any) -> dict[str, Any]:
    return brokers(BrokerNodeGroupInfo=settings)


def version(number: str) -> dict[str, Any]:
    return brokers(CurrentBrokerSoftwareInfo={"KafkaVersion": number})


def opened(port: int, cidr: str = WORLD) -> Resource:
    return resource("aws.vpc.security_group", "sg-1", item=group(rule(port, cidr)))


WITH_KEY = brokers(EncryptionInfo={"EncryptionAtRest": {"DataVolumeKMSKeyId": KEY_ARN}})
GROUPED = nodes(SecurityGroups=["sg-1"])

CASES = [
    case(msk.customer_key, PASS, item=WITH_KEY, inventory=[OUR_KEY]),
    case(msk.customer_key, FAIL, item=WITH_KEY, inventory=[AWS_KEY]),
    case(msk.customer_key, FAIL, item=brokers()),
    case(msk.customer_key, UNKNOWN, item=WITH_KEY),
    case(msk.customer_key, SKIP, item=SERVERLESS),
    case(msk.tls_required, PASS, item=transit(ClientBroker="TLS", InCluster=True)),
    case(msk.tls_required, PASS, item=brokers()),
    case(msk.tls_required, PASS, item=SERVERLESS),
    case(msk.tls_required, FAIL, item=transit(ClientBroker="TLS_PLAINTEXT", InCluster=True)),
    case(msk.tls_required, FAIL, item=transit(ClientBroker="PLAINTEXT")),
    case(msk.tls_required, FAIL, item=transit(ClientBroker="TLS", InCluster=False)),
    case(msk.sign_in_required, PASS, item=sign_in(Tls={"Enabled": True}, Unauthenticated={"Enabled": False})),
    case(msk.sign_in_required, PASS, item=sign_in(Sasl={"Iam": {"Enabled": True}})),
    case(msk.sign_in_required, PASS, item=SERVERLESS),
    case(msk.sign_in_required, FAIL, item=sign_in(Sasl={"Iam": {"Enabled": True}}, Unauthenticated={"Enabled": True})),
    case(
        msk.sign_in_required,
        PASS,
        item=sign_in(Tls={"CertificateAuthorityArnList": ["arn:aws:acm-pca:::certificate-authority/1"]}),
    ),
    case(msk.sign_in_required, FAIL, item=brokers()),
    case(msk.sign_in_required, FAIL, item=sign_in(Sasl={"Iam": {"Enabled": False}}, Tls={"Enabled": False})),
    case(msk.iam_sign_in, PASS, item=sign_in(Sasl={"Iam": {"Enabled": True}})),
    case(msk.iam_sign_in, PASS, item=SERVERLESS),
    case(msk.iam_sign_in, FAIL, item=sign_in(Sasl={"Scram": {"Enabled": True}})),
    case(msk.iam_sign_in, FAIL, item=brokers()),
    *named_cases(msk.policy_not_public),
    *known_cases(msk.known_accounts),
    case(msk.not_public, PASS, item=nodes(ConnectivityInfo={"PublicAccess": {"Type": "DISABLED"}})),
    case(msk.not_public, PASS, item=SERVERLESS),
    case(msk.not_public, FAIL, item=nodes(ConnectivityInfo={"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}})),
    case(msk.closed_to_world, PASS, item=GROUPED, inventory=[opened(443)]),
    case(msk.closed_to_world, PASS, item=SERVERLESS, inventory=[opened(9098, "10.0.0.0/8")]),
    case(msk.closed_to_world, FAIL, item=GROUPED, inventory=[opened(9092)]),
    case(msk.closed_to_world, FAIL, item=SERVERLESS, inventory=[opened(9098, "::/0")]),
    case(msk.closed_to_world, UNKNOWN, item=GROUPED),
    case(msk.closed_to_world, SKIP, item=nodes(SecurityGroups=[])),
    case(msk.supported_version, PASS, item=version("3.9.x")),
    case(msk.supported_version, PASS, item=version("3.7.x")),
    case(msk.supported_version, PASS, item=version("4.0.x.kraft")),
    case(msk.supported_version, FAIL, item=version("2.8.2.tiered")),
    case(msk.supported_version, FAIL, item=version("3.5.1")),
    case(msk.supported_version, UNKNOWN, item=version("5.0.x")),
    case(msk.supported_version, UNKNOWN, item=brokers()),
    case(msk.supported_version, SKIP, item=SERVERLESS),
    case(msk.logs_delivered, PASS, item=brokers(LoggingInfo={"BrokerLogs": {"S3": {"Enabled": True}}})),
    case(
        msk.logs_delivered, FAIL, item=brokers(LoggingInfo={"BrokerLogs": {"CloudWatchLogs": {"Enabled": False}, "S3": None}})
    ),
    case(msk.logs_delivered, FAIL, item=brokers()),
    case(msk.logs_delivered, SKIP, item=SERVERLESS),
    case(msk.multi_zone, PASS, item=nodes(ClientSubnets=["subnet-1", "subnet-2"])),
    case(msk.multi_zone, PASS, item=SERVERLESS),
    case(msk.multi_zone, FAIL, item=nodes(ClientSubnets=["subnet-1"])),
]
