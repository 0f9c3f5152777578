from checks.aws import efs
from tests.cases import FAIL, PASS, UNKNOWN, case
from tests.checks.aws.policies import (
    AWS_KEY,
    KEY_ARN,
    OUR_KEY,
    OWN,
    PUBLIC,
    document,
    known_cases,
    named_cases,
    statement,
    tls_only,
)

MOUNTED = {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}
INSIDE = document(statement({"AWS": "*"}, "elasticfilesystem:ClientMount", Condition=MOUNTED))
WRITERS = document(statement(action="elasticfilesystem:ClientWrite", Condition=MOUNTED))
OURS = document(statement(Condition={"StringEquals": {"aws:PrincipalAccount": "123456789012"}}))
MIXED = document(*INSIDE["Statement"], *PUBLIC["Statement"])

CASES = [
    case(efs.encrypted, PASS, item={"Encrypted": True}),
    case(efs.encrypted, FAIL, item={"Encrypted": False}),
    case(efs.encrypted, FAIL, item={}),
    case(efs.customer_key, PASS, item={"KmsKeyId": KEY_ARN}, inventory=[OUR_KEY]),
    case(efs.customer_key, FAIL, item={"KmsKeyId": KEY_ARN}, inventory=[AWS_KEY]),
    case(efs.customer_key, FAIL, item={"Encrypted": False}),
    case(efs.customer_key, UNKNOWN, item={"KmsKeyId": KEY_ARN}),
    case(efs.refuses_clear_text, PASS, policy=tls_only()),
    case(efs.refuses_clear_text, FAIL, policy=OWN),
    case(efs.refuses_clear_text, FAIL, policy=None),
    case(efs.identity_required, PASS, policy=OWN),
    case(efs.identity_required, PASS, policy=OURS),
    case(efs.identity_required, PASS, policy=WRITERS),
    case(efs.identity_required, FAIL, policy=INSIDE),
    case(efs.identity_required, FAIL, policy=PUBLIC),
    case(efs.identity_required, FAIL, policy=None),
    *named_cases(efs.not_public),
    case(efs.not_public, PASS, policy=INSIDE),
    case(efs.not_public, FAIL, policy=MIXED),
    *known_cases(efs.known_accounts),
    case(efs.known_accounts, PASS, policy=INSIDE),
    case(efs.backed_up, PASS, backup_policy={"Status": "ENABLED"}),
    case(efs.backed_up, FAIL, backup_policy={"Status": "DISABLED"}),
    case(efs.backed_up, FAIL, backup_policy=None),
    case(efs.multi_zone, PASS, item={}),
    case(efs.multi_zone, FAIL, item={"AvailabilityZoneName": "eu-west-1a"}),
    case(efs.own_user, PASS, item={"PosixUser": {"Uid": 1000, "Gid": 1000}}),
    case(efs.own_user, FAIL, item={"PosixUser": {"Uid": 0, "Gid": 0}}),
    case(efs.own_user, FAIL, item={}),
    case(efs.own_directory, PASS, item={"RootDirectory": {"Path": "/app"}}),
    case(efs.own_directory, FAIL, item={"RootDirectory": {"Path": "/"}}),
    case(efs.own_directory, FAIL, item={}),
]
