from checks.aws import vpc_settings
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

VPC = resource("aws.vpc.vpc")


def mode(name: str) -> dict[str, str]:
    return {"AwsRegion": "eu-west-1", "State": "update-complete", "InternetGatewayBlockMode": name}


CASES = [
    case(vpc_settings.on, PASS, options=mode("block-ingress"), inventory=[VPC]),
    case(vpc_settings.on, PASS, options=mode("block-bidirectional")),
    case(vpc_settings.on, FAIL, options=mode("off"), inventory=[VPC]),
    case(vpc_settings.on, SKIP, options=mode("off")),
    case(vpc_settings.on, SKIP, options=None, inventory=[VPC]),
    case(vpc_settings.on, UNKNOWN, options=DENIED, inventory=[VPC]),
    case(vpc_settings.on, UNKNOWN, options=mode("off"), inventory=[unlisted("aws.vpc.vpc")]),
]
