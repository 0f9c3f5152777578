from typing import Any

from checks.aws import lightsail_services as services
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.aws.policies import ALONE, MANAGED, ORGANIZATION, OTHER, STRANGER

BLOCKED, OPEN = {"bpaImpactsLightsail": True}, {"bpaImpactsLightsail": False}
TLS12, TLS10 = {"protocols": ["TLSv1.2"]}, {"protocols": ["TLSv1.2", "TLSv1.1", "TLSv1"]}
OURS = "123456789012"


def rules(access: str, *, overridden: bool = False) -> dict[str, Any]:
    return {"accessRules": {"getObject": access, "allowPublicOverrides": overridden}}


def balancer(protocol: str = "HTTP_HTTPS", *, led: bool = True) -> dict[str, Any]:
    return {"protocol": protocol, "httpsRedirectionEnabled": led, "tlsPolicyName": "TLS-2016-08"}


def key(day: str, status: str = "Active") -> dict[str, str]:
    return {"accessKeyId": "AKIAEXAMPLE", "status": status, "createdAt": f"{day}T00:00:00+00:00"}


def deployed(image: str = "shop:1.2", **variables: Any) -> dict[str, Any]:
    return {"currentDeployment": {"containers": {"shop": {"image": image, "environment": variables}}}}


def hidden(*detected: str) -> dict[str, Any]:
    return {"$secret": {"detected": list(detected), "hash": "0"}}


DATABASES = [
    case(services.not_public, PASS, item={"publiclyAccessible": False}),
    case(services.not_public, FAIL, item={"publiclyAccessible": True}),
    case(services.not_public, UNKNOWN, item={"state": "creating"}),
    case(services.backed_up, PASS, item={"backupRetentionEnabled": True}),
    case(services.backed_up, FAIL, item={"backupRetentionEnabled": False}),
    case(services.offered_version, PASS, item={"engine": "mysql"}, blueprint={"blueprintId": "mysql_8_0"}),
    case(services.offered_version, FAIL, item={"engine": "mysql"}, blueprint=None),
    case(services.offered_version, UNKNOWN, item={"engine": "mysql"}, blueprint=DENIED),
    case(services.multi_zone, PASS, item={"secondaryAvailabilityZone": "eu-west-1b"}),
    case(services.multi_zone, FAIL, item={}),
]

BALANCERS = [
    case(services.encrypted, PASS, item=balancer()),
    case(services.encrypted, FAIL, item=balancer(led=False)),
    case(services.encrypted, FAIL, item=balancer("HTTP")),
    case(services.current_tls, PASS, item=balancer(), policies=TLS12),
    case(services.current_tls, FAIL, item=balancer(), policies=TLS10),
    case(services.current_tls, UNKNOWN, item=balancer(), policies=None),
    case(services.current_tls, UNKNOWN, item=balancer(), policies={"protocols": []}),
    case(services.current_tls, UNKNOWN, item=balancer(), policies={"protocols": ["TLSv1.2", "TLS 1.0"]}),
    case(services.current_tls, SKIP, item=balancer("HTTP"), policies=TLS10),
]

BUCKETS = [
    case(services.closed_to_world, PASS, item=rules("private"), block=OPEN),
    case(services.closed_to_world, PASS, item=rules("private"), block=DENIED),
    case(services.closed_to_world, PASS, item=rules("public"), block=BLOCKED),
    case(services.closed_to_world, FAIL, item=rules("public"), block=OPEN),
    case(services.closed_to_world, FAIL, item=rules("private", overridden=True), block=OPEN),
    case(services.closed_to_world, FAIL, item={}, block=None),
    case(services.closed_to_world, UNKNOWN, item=rules("public"), block=DENIED),
    case(services.known_accounts, PASS, item={}),
    case(services.known_accounts, PASS, item={"readonlyAccessAccounts": [OURS]}),
    case(services.known_accounts, PASS, item={"readonlyAccessAccounts": [OTHER]}, inventory=MANAGED),
    case(services.known_accounts, FAIL, item={"readonlyAccessAccounts": [STRANGER]}, inventory=MANAGED),
    case(services.known_accounts, FAIL, item={"readonlyAccessAccounts": [STRANGER]}, inventory=[ALONE]),
    case(services.known_accounts, UNKNOWN, item={"readonlyAccessAccounts": [STRANGER]}, inventory=[ORGANIZATION]),
    case(services.keys_replaced_yearly, PASS, access_keys=[]),
    case(services.keys_replaced_yearly, PASS, access_keys=[key("2025-12-01"), key("2020-01-01", "Inactive")]),
    case(services.keys_replaced_yearly, FAIL, access_keys=[key("2025-12-01"), key("2020-01-01")]),
    case(services.access_logged, PASS, item={"accessLogConfig": {"enabled": True, "destination": "logs"}}),
    case(services.access_logged, FAIL, item={"accessLogConfig": {"enabled": False}}),
    case(services.access_logged, FAIL, item={}),
    case(services.versioned, PASS, item={"objectVersioning": "Enabled"}),
    case(services.versioned, FAIL, item={"objectVersioning": "Suspended"}),
    case(services.versioned, FAIL, item={"objectVersioning": "NeverEnabled"}),
]

CONTAINERS = [
    case(services.without_secrets, PASS, item=deployed(TABLE=hidden())),
    case(services.without_secrets, PASS, item={}),
    case(services.without_secrets, FAIL, item=deployed(TOKEN=hidden("AWS Access Key"))),
    case(services.without_secrets, FAIL, item=deployed(DB_PASSWORD=hidden())),
    case(services.without_secrets, FAIL, item={"nextDeployment": deployed(DB_PASSWORD=hidden())["currentDeployment"]}),
    case(services.images_pinned, PASS, item=deployed()),
    case(services.images_pinned, PASS, item=deployed(":shop.web.3")),
    case(services.images_pinned, FAIL, item=deployed("nginx:latest")),
    case(services.images_pinned, FAIL, item=deployed("nginx")),
    case(services.images_pinned, SKIP, item={}),
]

DISTRIBUTIONS = [
    case(services.web_firewall, PASS, item={"waf": {"isWafEnabled": True}}),
    case(services.web_firewall, FAIL, item={"waf": {"isWafEnabled": False}}),
    case(services.web_firewall, FAIL, item={}),
    case(services.viewers_on_current_tls, PASS, item={"viewerMinimumTlsProtocolVersion": "TLSv1.2_2021"}),
    case(services.viewers_on_current_tls, FAIL, item={"viewerMinimumTlsProtocolVersion": "TLSv1.1_2016"}),
    case(services.viewers_on_current_tls, FAIL, item={"viewerMinimumTlsProtocolVersion": "TLSv1_2016"}),
    case(services.viewers_on_current_tls, UNKNOWN, item={"viewerMinimumTlsProtocolVersion": "default"}),
    case(services.viewers_on_current_tls, UNKNOWN, item={}),
    case(services.origin_encrypted, PASS, item={"origin": {"protocolPolicy": "https-only"}}),
    case(services.origin_encrypted, FAIL, item={"origin": {"protocolPolicy": "http-only"}}),
    case(services.origin_encrypted, FAIL, item={}),
]

CASES = [*DATABASES, *BALANCERS, *BUCKETS, *CONTAINERS, *DISTRIBUTIONS]
