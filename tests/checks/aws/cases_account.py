from checks.aws import account
from tests.cases import FAIL, PASS, UNKNOWN, case, resource, unlisted

FILLED = {"FullName": "Ada", "PhoneNumber": "+1", "AddressLine1": "1 Street"}
SECURITY = {"EmailAddress": "security@example.org", "PhoneNumber": "+1"}
SELECTING = resource("aws.backup.plan", selections=[{"SelectionId": "1"}])


def opted(**services: str) -> dict[str, object]:
    return {"services": {name: {"opt_out_policy": choice} for name, choice in services.items()}}


CASES = [
    case(account.contact, PASS, contact=FILLED),
    case(account.contact, FAIL, contact=None),
    case(account.contact, FAIL, contact=FILLED | {"PhoneNumber": " "}),
    case(account.security_contact, PASS, security_contact=SECURITY),
    case(account.security_contact, FAIL, security_contact=None),
    case(account.security_contact, FAIL, security_contact={"EmailAddress": "security@example.org"}),
    case(account.other_contacts, PASS, billing_contact=SECURITY, operations_contact=SECURITY),
    case(account.other_contacts, FAIL, billing_contact=SECURITY, operations_contact=None),
    case(
        account.in_organization,
        PASS,
        inventory=[resource("aws.organizations.organization", organization={"Id": "o-1"})],
    ),
    case(account.in_organization, FAIL, inventory=[resource("aws.organizations.organization", organization=None)]),
    case(account.in_organization, UNKNOWN, inventory=[unlisted("aws.organizations.organization")]),
    case(account.ai_opt_out, PASS, ai_policy=opted(default="optOut")),
    case(account.ai_opt_out, PASS, ai_policy={"services": {"default": {"opt_out_policy": {"@@assign": "optOut"}}}}),
    case(account.ai_opt_out, FAIL, ai_policy=None),
    case(account.ai_opt_out, FAIL, ai_policy=opted(rekognition="optOut")),
    case(account.ai_opt_out, FAIL, ai_policy=opted(default="optOut", lex="optIn")),
    case(account.tag_policy, PASS, tag_policy={"tags": {"owner": {"tag_key": "owner"}}}),
    case(account.tag_policy, FAIL, tag_policy=None),
    case(account.tag_policy, FAIL, tag_policy={"tags": {}}),
    case(account.backup_plan, PASS, inventory=[SELECTING]),
    case(account.backup_plan, FAIL),
    case(account.backup_plan, FAIL, inventory=[resource("aws.backup.plan", selections=[])]),
    case(account.backup_plan, UNKNOWN, inventory=[SELECTING, unlisted("aws.backup.plan", "us-east-1")]),
]
