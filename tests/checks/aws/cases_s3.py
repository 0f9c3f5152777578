from typing import Any

from checks.aws import s3, s3_access_points
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import (
    AWS_KEY,
    FOREIGN,
    KEY_ARN,
    KEY_ID,
    OTHER,
    OUR_KEY,
    OWN,
    PERHAPS,
    PUBLIC,
    account,
    document,
    known_cases,
    named_cases,
    service_cases,
    statement,
    tls_only,
)

ALL_ON = dict.fromkeys(s3.BLOCKS, True)
BLOCKED = resource("aws.s3.account_settings", public_access_block=ALL_ON)
UNBLOCKED = resource("aws.s3.account_settings", public_access_block=None)
OWNER = {"Grantee": {"Type": "CanonicalUser", "ID": "abc"}, "Permission": "FULL_CONTROL"}
PRIVATE: dict[str, Any] = {"Owner": {"ID": "abc"}, "Grants": [OWNER]}
ENFORCED = [{"ObjectOwnership": "BucketOwnerEnforced"}]


def granted(group: str, permission: str = "READ") -> dict[str, Any]:
    uri = f"http://acs.amazonaws.com/groups/{group}"
    return {"Owner": {"ID": "abc"}, "Grants": [OWNER, {"Grantee": {"URI": uri}, "Permission": permission}]}


def shared_with(canonical: str) -> dict[str, Any]:
    grant = {"Grantee": {"Type": "CanonicalUser", "ID": canonical}, "Permission": "READ"}
    return {"Owner": {"ID": "abc"}, "Grants": [OWNER, grant]}


def sse(algorithm: str, **more: str) -> list[dict[str, Any]]:
    return [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm, **more}}]


def signed_within(operator: str, key: str, value: str, principal: Any = "*") -> dict[str, Any]:
    return document(statement(principal, "s3:*", "Deny", Condition={operator: {key: value}}))


WITH_KEY = sse("aws:kms", KMSMasterKeyID=KEY_ARN)
CLOSED: dict[str, Any] = {"policy": None, "acl": PRIVATE, "ownership": None, "public_access_block": None}
OPEN_ACL = {**CLOSED, "acl": granted("global/AllUsers")}
LOGS = document(statement({"Service": "logging.s3.amazonaws.com"}, "s3:PutObject"))
POINT: dict[str, Any] = {
    "item": {"Bucket": "data", "BucketAccountId": "123456789012"},
    "access_point": {"PublicAccessBlockConfiguration": {}},
}
SHUT_POINT = {"PublicAccessBlockConfiguration": ALL_ON}
AT_STRANGER = {"Bucket": "data", "BucketAccountId": OTHER}
BEHIND = resource("aws.s3.bucket", item={"Name": "data"}, public_access_block=None)
BEHIND_SHUT = resource("aws.s3.bucket", item={"Name": "data"}, public_access_block=ALL_ON)

CASES = [
    case(s3.not_public, PASS, **CLOSED),
    case(s3.not_public, PASS, **{**CLOSED, "policy": FOREIGN}),
    case(s3.not_public, PASS, **{**CLOSED, "policy": PUBLIC, "public_access_block": {"RestrictPublicBuckets": True}}),
    case(s3.not_public, PASS, **{**CLOSED, "policy": PUBLIC}, inventory=[BLOCKED]),
    case(s3.not_public, PASS, **OPEN_ACL, inventory=[BLOCKED]),
    case(s3.not_public, PASS, **{**OPEN_ACL, "ownership": ENFORCED}),
    case(s3.not_public, FAIL, **{**CLOSED, "policy": PUBLIC}),
    case(s3.not_public, FAIL, **{**CLOSED, "policy": PUBLIC}, inventory=[UNBLOCKED]),
    case(s3.not_public, FAIL, **{**CLOSED, "policy": PUBLIC, "public_access_block": {"IgnorePublicAcls": True}}),
    case(s3.not_public, FAIL, **OPEN_ACL),
    case(s3.not_public, FAIL, **{**CLOSED, "acl": granted("global/AuthenticatedUsers", "WRITE")}),
    case(s3.not_public, FAIL, **{**OPEN_ACL, "policy": PERHAPS}),
    case(s3.not_public, FAIL, **{**CLOSED, "policy": PUBLIC, "acl": DENIED}),
    case(s3.not_public, UNKNOWN, **{**CLOSED, "policy": PERHAPS}),
    case(s3.not_public, UNKNOWN, **{**CLOSED, "policy": PUBLIC}, inventory=[unlisted("aws.s3.account_settings")]),
    case(s3.not_public, UNKNOWN, **{**CLOSED, "acl": DENIED}),
    case(s3.not_public, PASS, **{**CLOSED, "acl": None, "ownership": ENFORCED}),
    *known_cases(s3.known_accounts, public_access_block=None, acl=PRIVATE, ownership=None),
    case(s3.known_accounts, PASS, **{**CLOSED, "policy": PUBLIC, "public_access_block": ALL_ON}),
    case(s3.known_accounts, PASS, **{**CLOSED, "acl": shared_with("def"), "ownership": ENFORCED}),
    case(s3.known_accounts, PASS, **{**CLOSED, "acl": shared_with(min(s3.LOG_WRITERS))}),
    case(s3.known_accounts, PASS, **{**CLOSED, "acl": granted("s3/LogDelivery", "WRITE")}),
    case(s3.known_accounts, FAIL, **{**CLOSED, "policy": PUBLIC, "acl": shared_with("def")}),
    case(s3.known_accounts, UNKNOWN, **{**CLOSED, "acl": shared_with("def")}),
    case(s3.known_accounts, UNKNOWN, **{**CLOSED, "acl": DENIED}),
    *service_cases(s3.services_bound),
    case(s3.public_access_blocked, PASS, public_access_block=ALL_ON),
    case(s3.public_access_blocked, PASS, public_access_block=None, inventory=[BLOCKED]),
    case(s3.public_access_blocked, PASS, public_access_block={"BlockPublicAcls": False}, inventory=[BLOCKED]),
    case(s3.public_access_blocked, FAIL, public_access_block=None, inventory=[UNBLOCKED]),
    case(s3.public_access_blocked, FAIL, public_access_block={**ALL_ON, "RestrictPublicBuckets": False}),
    case(s3.public_access_blocked, UNKNOWN, public_access_block=None, inventory=[unlisted("aws.s3.account_settings")]),
    case(s3.acl_disabled, PASS, ownership=ENFORCED),
    case(s3.acl_disabled, FAIL, ownership=[{"ObjectOwnership": "ObjectWriter"}]),
    case(s3.acl_disabled, FAIL, ownership=None),
    case(s3.presigned_limited, PASS, policy=signed_within("NumericGreaterThan", "s3:signatureAge", "900000")),
    case(s3.presigned_limited, PASS, policy=signed_within("StringNotEquals", "s3:authType", "REST-HEADER")),
    case(s3.presigned_limited, FAIL, policy=signed_within("NumericGreaterThan", "s3:signatureAge", "900000", account(OTHER))),
    case(s3.presigned_limited, FAIL, policy=tls_only("s3:*")),
    case(s3.presigned_limited, FAIL, policy=None),
    case(s3.presigned_limited, UNKNOWN, policy=DENIED),
    case(s3.refuses_plain_http, PASS, policy=tls_only("s3:*")),
    case(s3.refuses_plain_http, FAIL, policy=OWN),
    case(s3.refuses_plain_http, FAIL, policy=tls_only("s3:GetObject")),
    case(s3.refuses_plain_http, FAIL, policy=None),
    case(s3.encrypted, PASS, encryption=sse("AES256")),
    case(s3.encrypted, FAIL, encryption=None),
    case(s3.customer_key, PASS, encryption=sse("aws:kms", KMSMasterKeyID=KEY_ARN), inventory=[OUR_KEY]),
    case(s3.customer_key, PASS, encryption=sse("aws:kms", KMSMasterKeyID=KEY_ID), inventory=[OUR_KEY]),
    case(s3.customer_key, PASS, encryption=sse("aws:kms", KMSMasterKeyID="alias/ours")),
    case(s3.customer_key, PASS, encryption=sse("aws:kms", KMSMasterKeyID=KEY_ARN.replace("123456789012", "2" * 12))),
    case(s3.customer_key, FAIL, encryption=sse("aws:kms", KMSMasterKeyID=KEY_ARN), inventory=[AWS_KEY]),
    case(s3.customer_key, FAIL, encryption=sse("aws:kms", KMSMasterKeyID="arn:aws:kms:eu-west-1:1:alias/aws/s3")),
    case(s3.customer_key, FAIL, encryption=sse("aws:kms")),
    case(s3.customer_key, FAIL, encryption=sse("AES256")),
    case(s3.customer_key, FAIL, encryption=None),
    case(s3.customer_key, UNKNOWN, encryption=WITH_KEY),
    case(s3.customer_key, UNKNOWN, encryption=WITH_KEY, inventory=[unlisted("aws.kms.key")]),
    case(s3.versioned, PASS, versioning={"Status": "Enabled"}),
    case(s3.versioned, FAIL, versioning={"Status": "Suspended"}),
    case(s3.versioned, FAIL, versioning={}),
    case(s3.mfa_delete, PASS, versioning={"Status": "Enabled", "MFADelete": "Enabled"}),
    case(s3.mfa_delete, FAIL, versioning={"Status": "Enabled", "MFADelete": "Disabled"}),
    case(s3.mfa_delete, FAIL, versioning={"Status": "Enabled"}),
    case(s3.mfa_delete, FAIL, versioning={"Status": "Suspended", "MFADelete": "Enabled"}),
    case(
        s3.object_lock,
        PASS,
        object_lock={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}}},
    ),
    case(s3.object_lock, FAIL, object_lock={"ObjectLockEnabled": "Enabled"}),
    case(s3.object_lock, FAIL, object_lock=None),
    case(s3.access_logged, PASS, logging={"TargetBucket": "logs", "TargetPrefix": ""}, **CLOSED),
    case(s3.access_logged, FAIL, logging=None, **CLOSED),
    case(s3.access_logged, FAIL, logging=None, **{**CLOSED, "acl": None, "ownership": ENFORCED}),
    case(s3.access_logged, SKIP, logging=None, **{**CLOSED, "policy": LOGS}),
    case(s3.access_logged, SKIP, logging=None, **{**CLOSED, "acl": granted("s3/LogDelivery", "WRITE")}),
    case(s3.lifecycle, PASS, lifecycle=[{"Status": "Enabled", "Expiration": {"Days": 365}}]),
    case(s3.lifecycle, PASS, lifecycle=[{"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}]),
    case(s3.lifecycle, FAIL, lifecycle=[{"Status": "Disabled", "Expiration": {"Days": 365}}]),
    case(s3.lifecycle, FAIL, lifecycle=[{"Status": "Enabled", "Expiration": {"ExpiredObjectDeleteMarker": True}}]),
    case(s3.lifecycle, FAIL, lifecycle=None),
    case(s3.buckets_blocked, PASS, public_access_block=ALL_ON),
    case(s3.buckets_blocked, FAIL, public_access_block={**ALL_ON, "IgnorePublicAcls": False}),
    case(s3.buckets_blocked, FAIL, public_access_block=None),
    case(s3_access_points.public_access_blocked, PASS, access_point={"PublicAccessBlockConfiguration": ALL_ON}),
    case(s3_access_points.public_access_blocked, FAIL, access_point={}),
    *named_cases(s3_access_points.not_public, **POINT),
    case(s3_access_points.not_public, PASS, **POINT | {"policy": PUBLIC, "access_point": SHUT_POINT}),
    case(s3_access_points.not_public, PASS, **POINT, policy=PUBLIC, inventory=[BEHIND, BLOCKED]),
    case(s3_access_points.not_public, PASS, **POINT, policy=PUBLIC, inventory=[BEHIND_SHUT]),
    case(s3_access_points.not_public, FAIL, **POINT, policy=PUBLIC, inventory=[BEHIND, UNBLOCKED]),
    case(s3_access_points.not_public, FAIL, **POINT | {"item": AT_STRANGER}, policy=PUBLIC, inventory=[BLOCKED]),
    case(s3_access_points.not_public, UNKNOWN, **POINT, policy=PUBLIC, inventory=[unlisted("aws.s3.bucket")]),
    *known_cases(s3_access_points.known_accounts, **POINT),
    case(s3_access_points.known_accounts, PASS, **POINT | {"policy": PUBLIC, "access_point": SHUT_POINT}),
    case(s3_access_points.known_accounts, PASS, **POINT, policy=PUBLIC, inventory=[BEHIND_SHUT]),
    case(s3_access_points.inside_vpc, PASS, item={"NetworkOrigin": "VPC", "VpcConfiguration": {"VpcId": "vpc-1"}}),
    case(s3_access_points.inside_vpc, FAIL, item={"NetworkOrigin": "Internet"}),
]
