from typing import Any

from checks.aws import networkfirewall
from tests.cases import DENIED, FAIL, PASS, UNKNOWN, case
from tests.checks.aws.policies import AWS_KEY, FOREIGN, KEY_ARN, MANAGED, OUR_KEY, OWN, PUBLIC

ON = {"DeleteProtection": True, "SubnetChangeProtection": True}
KEYED = {"EncryptionConfiguration": {"Type": "CUSTOMER_KMS", "KeyId": KEY_ARN}}
OWNED_BY_AWS = {"EncryptionConfiguration": {"Type": "AWS_OWNED_KMS_KEY", "KeyId": "AWS_OWNED_KMS_KEY"}}
THREATS = "arn:aws:network-firewall:eu-west-1:aws-managed:stateful-rulegroup/ThreatSignaturesMalwareActionOrder"
OURS = "arn:aws:network-firewall:eu-west-1:123456789012:stateful-rulegroup/ours"


def policy(default: str = "aws:forward_to_sfe", *groups: str, **more: Any) -> dict[str, Any]:
    actions = {"StatelessDefaultActions": [default], "StatelessFragmentDefaultActions": ["aws:drop"]}
    return {**actions, "StatefulRuleGroupReferences": [{"ResourceArn": each} for each in groups], **more}


CASES = [
    case(networkfirewall.logged, PASS, logging=[{"LogType": "FLOW"}, {"LogType": "ALERT"}]),
    case(networkfirewall.logged, FAIL, logging=[]),
    case(networkfirewall.logged, FAIL, logging=None),
    case(networkfirewall.logged, UNKNOWN, logging=DENIED),
    case(networkfirewall.customer_key, PASS, firewall=KEYED, inventory=[OUR_KEY]),
    case(networkfirewall.customer_key, FAIL, firewall=KEYED, inventory=[AWS_KEY]),
    case(networkfirewall.customer_key, FAIL, firewall=OWNED_BY_AWS),
    case(networkfirewall.customer_key, FAIL, firewall={}),
    case(networkfirewall.spans_zones, PASS, firewall={"SubnetMappings": [{"SubnetId": "a"}, {"SubnetId": "b"}]}),
    case(networkfirewall.spans_zones, PASS, firewall={"AvailabilityZoneMappings": [{}, {}]}),
    case(networkfirewall.spans_zones, FAIL, firewall={"SubnetMappings": [{"SubnetId": "a"}]}),
    case(networkfirewall.deletion_protected, PASS, firewall=ON),
    case(
        networkfirewall.deletion_protected,
        PASS,
        firewall={"DeleteProtection": True, "TransitGatewayId": "tgw-1", "AvailabilityZoneChangeProtection": True},
    ),
    case(networkfirewall.deletion_protected, FAIL, firewall={"DeleteProtection": True}),
    case(networkfirewall.deletion_protected, FAIL, firewall={**ON, "DeleteProtection": False}),
    case(networkfirewall.rules_at_work, PASS, policy=policy("aws:forward_to_sfe", OURS)),
    case(networkfirewall.rules_at_work, PASS, policy=policy(StatefulDefaultActions=["aws:drop_strict"])),
    case(networkfirewall.rules_at_work, FAIL, policy=policy("aws:pass", OURS)),
    case(networkfirewall.rules_at_work, FAIL, policy=policy(StatelessFragmentDefaultActions=["aws:pass"])),
    case(networkfirewall.rules_at_work, FAIL, policy=policy()),
    case(networkfirewall.threats_known, PASS, policy=policy("aws:forward_to_sfe", OURS, THREATS)),
    case(networkfirewall.threats_known, FAIL, policy=policy("aws:forward_to_sfe", OURS)),
    case(networkfirewall.known_accounts, PASS, sharing=None),
    case(networkfirewall.known_accounts, PASS, sharing=OWN),
    case(networkfirewall.known_accounts, FAIL, sharing=FOREIGN, inventory=MANAGED),
    case(networkfirewall.known_accounts, FAIL, sharing=PUBLIC),
    case(networkfirewall.known_accounts, UNKNOWN, sharing=DENIED),
]
