from typing import Any

import pytest

from checks.aws import iam_decryption as decryption
from scanner.model import Outcome
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.aws.cases_iam_policies import WIDE, allow, managed

KEY = "arn:aws:kms:eu-west-1:123456789012:key/0001"
ANY_KEY = "arn:aws:kms:*:123456789012:key/*"
VIA = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
FIELDS = {"aws.iam.user": "UserPolicyList", "aws.iam.role": "RolePolicyList", "aws.iam.group": "GroupPolicyList"}
DENY = {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}
# What a policy says, and whether its holder decrypts with every key.
SAID: list[tuple[Outcome, list[dict[str, Any]]]] = [
    (PASS, [allow("kms:Decrypt", on=KEY)]),
    (PASS, [allow("kms:Encrypt", "kms:GenerateDataKey")]),
    (PASS, [allow("kms:Decrypt", Condition=VIA)]),
    (PASS, [allow("kms:Decrypt"), DENY]),
    (FAIL, [allow("kms:Decrypt")]),
    (FAIL, [allow("kms:de*")]),
    (FAIL, [allow("kms:*", on=ANY_KEY)]),
    (FAIL, [allow("kms:ReEncryptFrom")]),
    (FAIL, [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
    (FAIL, [allow("kms:Decrypt", on=KEY), allow("kms:ReEncrypt*")]),
]


def inline(outcome: Outcome, *statements: dict[str, Any]) -> list[pytest.ParameterSet]:
    own = [{"PolicyName": "own", "PolicyDocument": {"Statement": list(statements)}}] if statements else []
    return [case(check, outcome, item={FIELDS[check.on]: own}) for check in decryption.inline_keys_named]


CASES = [
    *(case(decryption.keys_named, outcome, item=managed(*said)) for outcome, said in SAID),
    case(decryption.keys_named, SKIP, item=managed(WIDE)),
    case(decryption.keys_named, SKIP, item=managed(allow("kms:Decrypt"), holders=0)),
    *(each for outcome, said in SAID for each in inline(outcome, *said)),
    *inline(SKIP),
    *inline(SKIP, WIDE),
]
