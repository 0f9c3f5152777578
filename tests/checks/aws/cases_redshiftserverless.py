from typing import Any

from checks.aws import redshiftserverless as serverless
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_redshift import ADMINISTRATOR, ROLE_ARN, opened
from tests.checks.aws.policies import ALONE, AWS_KEY, KEY_ARN, MANAGED, OTHER, OUR_KEY, STRANGER

PUBLIC = {"publiclyAccessible": True, "securityGroupIds": ["sg-1"], "endpoint": {"port": 5439}}
ROLES = {"iamRoles": [f"IamRole(applyStatus=in-sync, iamRoleArn={ROLE_ARN})"]}
SNAPSHOT = "aws.redshiftserverless.snapshot"


def parameter(value: str) -> dict[str, Any]:
    return {"configParameters": [{"parameterKey": "require_ssl", "parameterValue": value}]}


def snapshot(status: str = "AVAILABLE", of: str = "under-test") -> Resource:
    return resource(SNAPSHOT, "kept", item={"namespaceArn": of, "status": status})


CASES = [
    case(serverless.customer_key, PASS, item={"kmsKeyId": KEY_ARN}, inventory=[OUR_KEY]),
    case(serverless.customer_key, FAIL, item={"kmsKeyId": KEY_ARN}, inventory=[AWS_KEY]),
    case(serverless.customer_key, FAIL, item={"kmsKeyId": "AWS_OWNED_KMS_KEY"}),
    case(serverless.customer_key, UNKNOWN, item={"kmsKeyId": KEY_ARN}, inventory=[unlisted("aws.kms.key")]),
    case(serverless.tls_required, PASS, item=parameter("true")),
    case(serverless.tls_required, FAIL, item=parameter("false")),
    case(serverless.tls_required, FAIL, item={}),
    case(serverless.password_managed, PASS, item={"adminPasswordSecretArn": "arn:aws:secretsmanager:eu-west-1:1:secret:x"}),
    case(serverless.password_managed, FAIL, item={}),
    case(serverless.roles_limited, PASS, item=ROLES, inventory=[resource("aws.iam.role", ROLE_ARN, item={})]),
    case(serverless.roles_limited, FAIL, item=ROLES, inventory=[resource("aws.iam.role", ROLE_ARN, item=ADMINISTRATOR)]),
    case(
        serverless.roles_limited,
        FAIL,
        item={"iamRoles": [ROLE_ARN]},
        inventory=[resource("aws.iam.role", ROLE_ARN, item=ADMINISTRATOR)],
    ),
    case(serverless.roles_limited, UNKNOWN, item=ROLES),
    case(serverless.roles_limited, SKIP, item={"iamRoles": []}),
    case(serverless.not_public, PASS, item={"publiclyAccessible": False}),
    case(serverless.not_public, FAIL, item=PUBLIC),
    case(serverless.closed_to_world, PASS, item={"publiclyAccessible": False}),
    case(serverless.closed_to_world, PASS, item=PUBLIC, inventory=[opened(443)]),
    case(serverless.closed_to_world, FAIL, item=PUBLIC, inventory=[opened(5439)]),
    case(serverless.closed_to_world, UNKNOWN, item=PUBLIC),
    case(serverless.routed_through_vpc, PASS, item={"enhancedVpcRouting": True}),
    case(serverless.routed_through_vpc, FAIL, item={"enhancedVpcRouting": False}),
    case(serverless.connections_logged, PASS, item={"logExports": ["connectionlog"]}),
    case(serverless.connections_logged, FAIL, item={"logExports": ["userlog"]}),
    case(serverless.connections_logged, FAIL, item={}),
    case(serverless.backed_up, PASS, item={}, inventory=[snapshot()]),
    case(serverless.backed_up, FAIL, item={}, inventory=[snapshot("FAILED")]),
    case(serverless.backed_up, FAIL, item={}, inventory=[snapshot(of="another")]),
    case(serverless.backed_up, UNKNOWN, item={}, inventory=[unlisted(SNAPSHOT)]),
    case(serverless.known_accounts, PASS, item={}),
    case(serverless.known_accounts, PASS, item={"accountsWithRestoreAccess": [OTHER]}, inventory=MANAGED),
    case(serverless.known_accounts, FAIL, item={"accountsWithRestoreAccess": [STRANGER]}, inventory=MANAGED),
    case(serverless.known_accounts, FAIL, item={"accountsWithProvisionedRestoreAccess": [STRANGER]}, inventory=[ALONE]),
    case(
        serverless.known_accounts,
        UNKNOWN,
        item={"accountsWithRestoreAccess": [OTHER]},
        inventory=[unlisted("aws.organizations.organization")],
    ),
    case(serverless.own_administrator, PASS, item={"adminUsername": "keeper"}),
    case(serverless.own_administrator, FAIL, item={"adminUsername": "admin"}),
]
