from typing import Any

from checks.aws import apprunner
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app"


def running(**more: Any) -> dict[str, Any]:
    return {"Status": "RUNNING", **more}


def hidden(*detected: str) -> dict[str, Any]:
    return {"$secret": {"hash": "h", "detected": list(detected)}}


def image(name: str, **variables: Any) -> dict[str, Any]:
    given = {"ImageIdentifier": name, "ImageConfiguration": {"RuntimeEnvironmentVariables": variables}}
    return {"service": running(), "SourceConfiguration": {"ImageRepository": given}}


def code(**variables: Any) -> dict[str, Any]:
    values = {"CodeConfigurationValues": {"Runtime": "PYTHON_3", "RuntimeEnvironmentVariables": variables}}
    return {"service": running(), "SourceConfiguration": {"CodeRepository": {"CodeConfiguration": values}}}


def network(**more: Any) -> dict[str, Any]:
    return running(NetworkConfiguration=more)


def repository(scanned: bool) -> Any:
    item = {"repositoryName": "team/app", "imageScanningConfiguration": {"scanOnPush": scanned}}
    return resource("aws.ecr.repository", item=item)


DELETED = {"Status": "DELETED"}

CASES = [
    case(apprunner.without_secrets, PASS, **image(IMAGE, TABLE=hidden())),
    case(apprunner.without_secrets, PASS, service=running(), SourceConfiguration={}),
    case(apprunner.without_secrets, FAIL, **image(IMAGE, TABLE=hidden("AWS Access Key"))),
    case(apprunner.without_secrets, FAIL, **code(DB_PASSWORD=hidden())),
    case(apprunner.without_secrets, SKIP, service=DELETED),
    case(apprunner.not_public, PASS, service=network(IngressConfiguration={"IsPubliclyAccessible": False})),
    case(apprunner.not_public, FAIL, service=network(IngressConfiguration={"IsPubliclyAccessible": True})),
    case(apprunner.not_public, FAIL, service=running()),
    case(apprunner.calls_through_network, PASS, service=network(EgressConfiguration={"EgressType": "VPC"})),
    case(apprunner.calls_through_network, FAIL, service=network(EgressConfiguration={"EgressType": "DEFAULT"})),
    case(apprunner.customer_key, PASS, service=running(EncryptionConfiguration={"KmsKey": KEY_ARN}), inventory=[OUR_KEY]),
    case(apprunner.customer_key, FAIL, service=running(EncryptionConfiguration={"KmsKey": KEY_ARN}), inventory=[AWS_KEY]),
    case(apprunner.customer_key, FAIL, service=running()),
    case(apprunner.image_pinned, PASS, **image(f"{IMAGE}:1")),
    case(apprunner.image_pinned, FAIL, **image(f"{IMAGE}:latest")),
    case(apprunner.image_pinned, SKIP, **code()),
    case(apprunner.image_scanned, PASS, **image(f"{IMAGE}:1"), inventory=[repository(True)]),
    case(apprunner.image_scanned, FAIL, **image(f"{IMAGE}:1"), inventory=[repository(False)]),
    case(apprunner.image_scanned, UNKNOWN, **image("public.ecr.aws/nginx/nginx:1")),
    case(apprunner.image_scanned, SKIP, **code()),
    case(apprunner.health_of_application, PASS, service=running(HealthCheckConfiguration={"Protocol": "HTTP"})),
    case(apprunner.health_of_application, FAIL, service=running(HealthCheckConfiguration={"Protocol": "TCP"})),
    case(apprunner.health_of_application, FAIL, service=running()),
]
