from typing import Any

from checks.aws import redshift
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_security_groups import WORLD, group, rule
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

GROUP = "aws.redshift.parameter_group"
OURS = {"ClusterParameterGroups": [{"ParameterGroupName": "ours", "ParameterApplyStatus": "in-sync"}]}
PUBLIC = {"PubliclyAccessible": True, "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}], "Endpoint": {"Port": 5439}}
ROLE_ARN = "arn:aws:iam::123456789012:role/unload"
ATTACHED = {"IamRoles": [{"IamRoleArn": ROLE_ARN, "ApplyStatus": "in-sync"}]}
ADMINISTRATOR = {"AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}
LOGGED = {"LoggingEnabled": True, "BucketName": "logs"}


def parameters(**values: str) -> Resource:
    rows = [{"Name": name, "Value": value, "Source": "user"} for name, value in values.items()]
    return resource(GROUP, "ours", item={"ParameterGroupName": "ours"}, parameters=rows)


def opened(port: int, cidr: str = WORLD) -> Resource:
    return resource("aws.vpc.security_group", "sg-1", item=group(rule(port, cidr)))


def exported(*logs: str) -> dict[str, Any]:
    return {"LoggingEnabled": True, "LogDestinationType": "cloudwatch", "LogExports": list(logs)}


QUERIES = "enable_user_activity_logging"

CASES = [
    case(redshift.encrypted, PASS, item={"Encrypted": True}),
    case(redshift.encrypted, FAIL, item={"Encrypted": False}),
    case(redshift.customer_key, PASS, item={"Encrypted": True, "KmsKeyId": KEY_ARN}, inventory=[OUR_KEY]),
    case(redshift.customer_key, PASS, item={"Encrypted": True, "HsmStatus": {"Status": "active"}}),
    case(redshift.customer_key, FAIL, item={"Encrypted": True, "KmsKeyId": KEY_ARN}, inventory=[AWS_KEY]),
    case(redshift.customer_key, FAIL, item={"Encrypted": True}),
    case(redshift.customer_key, UNKNOWN, item={"Encrypted": True, "KmsKeyId": KEY_ARN}, inventory=[unlisted("aws.kms.key")]),
    case(redshift.customer_key, SKIP, item={"Encrypted": False}),
    case(redshift.tls_required, PASS, item=OURS, inventory=[parameters(require_ssl="true")]),
    case(redshift.tls_required, FAIL, item=OURS, inventory=[parameters(require_ssl="false")]),
    case(redshift.tls_required, FAIL, item=OURS, inventory=[parameters(datestyle="iso")]),
    case(redshift.tls_required, UNKNOWN, item=OURS),
    case(redshift.tls_required, UNKNOWN, item=OURS, inventory=[unlisted(GROUP)]),
    case(redshift.password_managed, PASS, item={"MasterPasswordSecretArn": "arn:aws:secretsmanager:eu-west-1:1:secret:x"}),
    case(redshift.password_managed, FAIL, item={}),
    case(redshift.own_administrator, PASS, item={"MasterUsername": "keeper"}),
    case(redshift.own_administrator, FAIL, item={"MasterUsername": "AWSUser"}),
    case(redshift.roles_limited, PASS, item=ATTACHED, inventory=[resource("aws.iam.role", ROLE_ARN, item={})]),
    case(redshift.roles_limited, FAIL, item=ATTACHED, inventory=[resource("aws.iam.role", ROLE_ARN, item=ADMINISTRATOR)]),
    case(redshift.roles_limited, UNKNOWN, item=ATTACHED),
    case(redshift.roles_limited, SKIP, item={}),
    case(redshift.not_public, PASS, item={"PubliclyAccessible": False}),
    case(redshift.not_public, FAIL, item=PUBLIC),
    case(redshift.closed_to_world, PASS, item={"PubliclyAccessible": False}, inventory=[opened(5439)]),
    case(redshift.closed_to_world, PASS, item=PUBLIC, inventory=[opened(443)]),
    case(redshift.closed_to_world, FAIL, item=PUBLIC, inventory=[opened(5439)]),
    case(redshift.closed_to_world, FAIL, item={**PUBLIC, "Endpoint": {"Port": 5431}}, inventory=[opened(5431, "::/0")]),
    case(redshift.closed_to_world, UNKNOWN, item=PUBLIC),
    case(redshift.routed_through_vpc, PASS, item={"EnhancedVpcRouting": True}),
    case(redshift.routed_through_vpc, FAIL, item={"EnhancedVpcRouting": False}),
    case(redshift.version_upgrades, PASS, item={"AllowVersionUpgrade": True}),
    case(redshift.version_upgrades, FAIL, item={"AllowVersionUpgrade": False}),
    case(redshift.connections_logged, PASS, logging=LOGGED),
    case(redshift.connections_logged, PASS, logging=exported("connectionlog", "userlog")),
    case(redshift.connections_logged, FAIL, logging=exported("useractivitylog")),
    case(redshift.connections_logged, FAIL, logging={"LoggingEnabled": False, "LogExports": ["connectionlog"]}),
    case(redshift.queries_logged, PASS, item=OURS, logging=LOGGED, inventory=[parameters(**{QUERIES: "true"})]),
    case(redshift.queries_logged, FAIL, item=OURS, logging=LOGGED, inventory=[parameters(**{QUERIES: "false"})]),
    case(
        redshift.queries_logged, FAIL, item=OURS, logging={"LoggingEnabled": False}, inventory=[parameters(**{QUERIES: "true"})]
    ),
    case(
        redshift.queries_logged,
        UNKNOWN,
        item=OURS,
        logging=LOGGED,
        inventory=[resource(GROUP, item={"ParameterGroupName": "ours"}, parameters=DENIED)],
    ),
    case(redshift.backed_up, PASS, item={"AutomatedSnapshotRetentionPeriod": 7}),
    case(redshift.backed_up, FAIL, item={"AutomatedSnapshotRetentionPeriod": 1}),
    case(redshift.backed_up, FAIL, item={"AutomatedSnapshotRetentionPeriod": 0}),
    case(redshift.multi_zone, PASS, item={"MultiAZ": "Enabled"}),
    case(redshift.multi_zone, PASS, item={"MultiAZ": "Disabled", "AvailabilityZoneRelocationStatus": "enabled"}),
    case(redshift.multi_zone, FAIL, item={"MultiAZ": "Disabled", "AvailabilityZoneRelocationStatus": "disabled"}),
    case(redshift.multi_zone, FAIL, item={}),
]
