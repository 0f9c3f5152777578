from datetime import UTC, datetime
from typing import Any

import pytest

from checks.aws import mq
from scanner.evaluation.check import Check
from scanner.model import Outcome, Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_security_groups import WORLD, group, rule
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

BEFORE = datetime(2024, 12, 1, tzinfo=UTC)
RIGHTS = '<broker><authorizationPlugin><authorizationEntry queue="A.>" read="a"/></authorizationPlugin></broker>'
PUBLIC = {"EngineType": "ACTIVEMQ", "PubliclyAccessible": True, "SecurityGroups": ["sg-1"]}
OWN_KEY = {"EncryptionOptions": {"UseAwsOwnedKey": False, "KmsKeyId": KEY_ARN}}


def asked(check: Check, outcome: Outcome, /, inventory: Any = (), **broker: Any) -> pytest.ParameterSet:
    found: pytest.ParameterSet = case(check, outcome, broker=broker, inventory=inventory)
    return found


def opened(port: int, cidr: str = WORLD) -> Resource:
    return resource("aws.vpc.security_group", "sg-1", item=group(rule(port, cidr)))


CASES = [
    asked(mq.customer_key, PASS, [OUR_KEY], **OWN_KEY),
    asked(mq.customer_key, FAIL, [AWS_KEY], **OWN_KEY),
    asked(mq.customer_key, FAIL, EncryptionOptions={"UseAwsOwnedKey": True}),
    asked(mq.customer_key, FAIL),
    asked(mq.customer_key, UNKNOWN, [unlisted("aws.kms.key")], **OWN_KEY),
    asked(mq.central_sign_in, PASS, AuthenticationStrategy="LDAP"),
    asked(mq.central_sign_in, PASS, AuthenticationStrategy="CONFIG_MANAGED"),
    asked(mq.central_sign_in, FAIL, AuthenticationStrategy="simple"),
    asked(mq.central_sign_in, FAIL),
    asked(mq.not_public, PASS, PubliclyAccessible=False),
    asked(mq.not_public, FAIL, PubliclyAccessible=True),
    asked(mq.closed_to_world, PASS, PubliclyAccessible=False),
    asked(mq.closed_to_world, PASS, [opened(22)], **PUBLIC),
    asked(mq.closed_to_world, FAIL, [opened(8162)], **PUBLIC),
    asked(
        mq.closed_to_world, FAIL, [opened(443, "::/0")], EngineType="RabbitMQ", PubliclyAccessible=True, SecurityGroups=["sg-1"]
    ),
    asked(mq.closed_to_world, FAIL, EngineType="RABBITMQ", PubliclyAccessible=True),
    asked(mq.closed_to_world, UNKNOWN, **PUBLIC),
    asked(mq.supported_version, PASS, EngineType="RabbitMQ", EngineVersion="3.13"),
    asked(mq.supported_version, PASS, EngineType="ACTIVEMQ", EngineVersion="5.18"),
    asked(mq.supported_version, FAIL, EngineType="RABBITMQ", EngineVersion="3.11.28"),
    asked(mq.supported_version, FAIL, EngineType="ACTIVEMQ", EngineVersion="5.17.6"),
    asked(mq.supported_version, UNKNOWN, EngineType="RABBITMQ", EngineVersion="9.1"),
    asked(mq.supported_version, UNKNOWN, EngineType="RABBITMQ"),
    case(mq.supported_version, PASS, broker={"EngineType": "RABBITMQ", "EngineVersion": "3.12"}, now=BEFORE),
    asked(mq.minor_upgrades, PASS, AutoMinorVersionUpgrade=True),
    asked(mq.minor_upgrades, FAIL, AutoMinorVersionUpgrade=False),
    asked(mq.logs_delivered, PASS, EngineType="ActiveMQ", Logs={"General": True, "Audit": True}),
    asked(mq.logs_delivered, PASS, EngineType="RABBITMQ", Logs={"General": True}),
    asked(mq.logs_delivered, FAIL, EngineType="ACTIVEMQ", Logs={"General": True, "Audit": False}),
    asked(mq.logs_delivered, FAIL, EngineType="RABBITMQ", Logs={"General": False}),
    asked(mq.logs_delivered, FAIL),
    asked(mq.multi_zone, PASS, DeploymentMode="ACTIVE_STANDBY_MULTI_AZ"),
    asked(mq.multi_zone, PASS, DeploymentMode="CLUSTER_MULTI_AZ"),
    asked(mq.multi_zone, FAIL, DeploymentMode="SINGLE_INSTANCE"),
    case(mq.rights_by_queue, PASS, item={"EngineType": "ACTIVEMQ"}, content=RIGHTS),
    case(mq.rights_by_queue, FAIL, item={"EngineType": "ACTIVEMQ"}, content="<broker><plugins/></broker>"),
    case(mq.rights_by_queue, SKIP, item={"EngineType": "RABBITMQ"}, content="consumer_timeout = 1"),
]
