from typing import Any

from checks.aws import elasticache
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_security_groups import WORLD, group, rule
from tests.checks.aws.databases import of
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

GROUP, NODE, SERVERLESS = (f"aws.elasticache.{kind}" for kind in ("replication_group", "cache_cluster", "serverless_cache"))
ENCRYPTED, KEY, TLS = of(elasticache.encrypted), of(elasticache.customer_key), of(elasticache.tls_required)
SIGN_IN, USERS = of(elasticache.sign_in_required), of(elasticache.own_users)
CLOSED, SUBNETS = of(elasticache.closed_to_world), of(elasticache.own_subnets)
MEMBER = {"Engine": "redis", "ReplicationGroupId": "sessions"}
MEMCACHED = {"Engine": "memcached"}
REDIS = {"Engine": "redis"}
WITH_KEY = {"Engine": "redis", "AtRestEncryptionEnabled": True, "KmsKeyId": KEY_ARN}
GROUPS = [{"SecurityGroupId": "sg-1", "Status": "active"}]


def cache(engine: str = "redis", port: int = 0) -> dict[str, Any]:
    nodes = [{"CacheNodeId": "0001", "Endpoint": {"Address": "x", "Port": port}}] if port else []
    return {"Engine": engine, "SecurityGroups": GROUPS, "CacheNodes": nodes}


def opened(port: int, cidr: str = WORLD) -> Resource:
    return resource("aws.vpc.security_group", "sg-1", item=group(rule(port, cidr)))


def user(access: str = "on ~app:* -@all +@read", kind: str = "password", *groups: str) -> dict[str, Any]:
    named = list(groups) or ["applications"]
    return {"UserId": "app", "AccessString": access, "Authentication": {"Type": kind}, "UserGroupIds": named}


CASES = [
    case(ENCRYPTED[GROUP], PASS, item={"AtRestEncryptionEnabled": True}),
    case(ENCRYPTED[GROUP], PASS, item={"AtRestEncryptionEnabled": False, "StorageEncryptionType": "sse-elasticache"}),
    case(ENCRYPTED[GROUP], FAIL, item={"AtRestEncryptionEnabled": False}),
    case(ENCRYPTED[GROUP], FAIL, item={}),
    case(ENCRYPTED[NODE], PASS, item={**REDIS, "AtRestEncryptionEnabled": True}),
    case(ENCRYPTED[NODE], FAIL, item=REDIS),
    case(ENCRYPTED[NODE], SKIP, item=MEMCACHED),
    case(ENCRYPTED[NODE], SKIP, item=MEMBER),
    case(KEY[GROUP], PASS, item=WITH_KEY, inventory=[OUR_KEY]),
    case(KEY[GROUP], FAIL, item=WITH_KEY, inventory=[AWS_KEY]),
    case(KEY[GROUP], FAIL, item={"AtRestEncryptionEnabled": True}),
    case(KEY[GROUP], SKIP, item={"AtRestEncryptionEnabled": False}),
    case(KEY[GROUP], UNKNOWN, item=WITH_KEY, inventory=[unlisted("aws.kms.key")]),
    case(KEY[SERVERLESS], PASS, item={"KmsKeyId": KEY_ARN}, inventory=[OUR_KEY]),
    case(KEY[SERVERLESS], FAIL, item={"Engine": "valkey"}),
    case(TLS[GROUP], PASS, item={"TransitEncryptionEnabled": True, "TransitEncryptionMode": "required"}),
    case(TLS[GROUP], PASS, item={"TransitEncryptionEnabled": True}),
    case(TLS[GROUP], FAIL, item={"TransitEncryptionEnabled": True, "TransitEncryptionMode": "preferred"}),
    case(TLS[GROUP], FAIL, item={"TransitEncryptionEnabled": False}),
    case(TLS[NODE], PASS, item={**MEMCACHED, "TransitEncryptionEnabled": True}),
    case(TLS[NODE], FAIL, item=MEMCACHED),
    case(TLS[NODE], SKIP, item=MEMBER),
    case(SIGN_IN[GROUP], PASS, item={"UserGroupIds": ["applications"], "AuthTokenEnabled": False}),
    case(SIGN_IN[GROUP], PASS, item={"AuthTokenEnabled": True}),
    case(SIGN_IN[GROUP], FAIL, item={"AuthTokenEnabled": False, "UserGroupIds": []}),
    case(SIGN_IN[NODE], PASS, item={**REDIS, "AuthTokenEnabled": True}),
    case(SIGN_IN[NODE], FAIL, item=REDIS),
    case(SIGN_IN[NODE], SKIP, item=MEMCACHED),
    case(SIGN_IN[NODE], SKIP, item=MEMBER),
    case(USERS[GROUP], PASS, item={"UserGroupIds": ["applications"]}),
    case(USERS[GROUP], FAIL, item={"AuthTokenEnabled": True}),
    case(USERS[SERVERLESS], PASS, item={"Engine": "valkey", "UserGroupId": "applications"}),
    case(USERS[SERVERLESS], FAIL, item={"Engine": "valkey"}),
    case(USERS[SERVERLESS], SKIP, item=MEMCACHED),
    case(elasticache.shows_credentials, PASS, item=user()),
    case(elasticache.shows_credentials, PASS, item=user(kind="iam")),
    case(elasticache.shows_credentials, FAIL, item=user(kind="no-password")),
    case(elasticache.shows_credentials, SKIP, item=user("off ~* +@all", "no-password")),
    # AWS's own default user, which everybody has.
    case(elasticache.shows_credentials, SKIP, item={**user("on ~* +@all", "no-password"), "UserGroupIds": []}),
    case(elasticache.iam_sign_in, PASS, item=user(kind="iam")),
    case(elasticache.iam_sign_in, FAIL, item=user()),
    case(elasticache.iam_sign_in, FAIL, item=user(kind="no-password")),
    case(elasticache.iam_sign_in, SKIP, item=user("off")),
    case(elasticache.rights_limited, PASS, item=user()),
    case(elasticache.rights_limited, PASS, item=user("on ~* +@all -@dangerous")),
    case(elasticache.rights_limited, PASS, item=user("on ~* +@all -@all +get +set")),
    case(elasticache.rights_limited, FAIL, item=user("on ~* +@all")),
    case(elasticache.rights_limited, FAIL, item=user("on ~* AllCommands")),
    case(elasticache.rights_limited, FAIL, item=user("on ~* -@all +@read +@admin")),
    case(elasticache.rights_limited, FAIL, item=user("on ~* -@dangerous +@all")),
    case(elasticache.rights_limited, FAIL, item=user("on ~* +@all -@admin")),
    case(elasticache.rights_limited, SKIP, item=user("off ~* +@all")),
    case(CLOSED[NODE], PASS, item=cache(), inventory=[opened(6379, "10.0.0.0/8")]),
    case(CLOSED[NODE], PASS, item=cache(port=6380), inventory=[opened(6379)]),
    case(CLOSED[NODE], FAIL, item=cache(), inventory=[opened(6379)]),
    case(CLOSED[NODE], FAIL, item=cache(port=6380), inventory=[opened(6380, "::/0")]),
    case(CLOSED[NODE], FAIL, item=cache("memcached"), inventory=[opened(11211)]),
    case(CLOSED[NODE], UNKNOWN, item=cache()),
    case(CLOSED[NODE], UNKNOWN, item=cache(), inventory=[unlisted("aws.vpc.security_group")]),
    case(CLOSED[NODE], SKIP, item=REDIS),
    case(CLOSED[SERVERLESS], PASS, item={"SecurityGroupIds": ["sg-1"], "Endpoint": {"Port": 6379}}, inventory=[opened(443)]),
    case(CLOSED[SERVERLESS], FAIL, item={"SecurityGroupIds": ["sg-1"], "Endpoint": {"Port": 6379}}, inventory=[opened(6379)]),
    case(
        CLOSED[SERVERLESS],
        FAIL,
        item={"SecurityGroupIds": ["sg-1"], "ReaderEndpoint": {"Port": 6380}},
        inventory=[opened(6380)],
    ),
    case(SUBNETS[NODE], PASS, item={**REDIS, "CacheSubnetGroupName": "inside"}),
    case(SUBNETS[NODE], FAIL, item={**REDIS, "CacheSubnetGroupName": "default"}),
    case(SUBNETS[NODE], FAIL, item=REDIS),
]
