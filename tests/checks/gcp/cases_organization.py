from typing import Any

from checks.gcp import organization, scc
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp.estate import ITEM, UNDER, flag

CONTACT, APPROVAL, API = "gcp.organization.contact", "gcp.project.access_approval_settings", "gcp.project.service"
SERVICE = "gcp.scc.security_center_service"
OF_PROJECT, OF_TOP = organization.contacts_named
APPROVED_PROJECT, APPROVED_TOP = organization.access_approved


def contact(*categories: Any, state: Any = "VALID") -> Any:
    item = {"email": "soc@example.com", "notificationCategorySubscriptions": list(categories), "validationState": state}
    return resource(CONTACT, str(categories), item=item)


def approval(**item: Any) -> Any:
    return resource(APPROVAL, "settings", item=item)


def api(name: str, state: Any = "ENABLED") -> Any:
    return resource(API, name, item={"name": f"projects/1001/services/{name}", "state": state})


def service(name: str, state: Any = "ENABLED") -> Any:
    path = f"organizations/2/locations/global/securityCenterServices/{name}"
    return resource(SERVICE, name, item={"name": path, "effectiveEnablementState": state})


ALL = [{"cloudProduct": "all", "enrollmentLevel": "BLOCK_ALL"}]
URGENT = ("SECURITY", "TECHNICAL", "LEGAL", "SUSPENSION")

CASES = [
    case(OF_TOP, PASS, inventory=[contact("ALL")]),
    case(OF_TOP, PASS, inventory=[contact(*URGENT[:2]), contact(*URGENT[2:])]),
    case(OF_TOP, PASS, inventory=[contact(2)]),
    case(OF_TOP, FAIL),
    case(OF_TOP, FAIL, inventory=[contact("BILLING", "SECURITY")]),
    case(OF_TOP, FAIL, inventory=[contact("ALL", state="INVALID")]),
    case(OF_TOP, UNKNOWN, inventory=[unlisted(CONTACT)]),
    case(OF_PROJECT, PASS, item={}, lineage=None, inventory=[contact("ALL")]),
    case(OF_PROJECT, FAIL, item={}, lineage=None),
    case(OF_PROJECT, SKIP, item=ITEM, lineage=DENIED),
    case(organization.valid, PASS, item={"email": "soc@example.com"}),
    case(organization.valid, FAIL, item={"email": "soc@example.com", "validationState": "INVALID"}),
    case(organization.valid, FAIL, item={"email": "soc@example.com", "validationState": 2}),
    case(APPROVED_TOP, PASS, inventory=[approval(enrolledServices=ALL)]),
    case(APPROVED_TOP, FAIL, inventory=[approval(notificationEmails=["soc@example.com"])]),
    case(APPROVED_TOP, FAIL),
    case(APPROVED_PROJECT, PASS, item=ITEM, lineage=UNDER, inventory=[approval(enrolledAncestor=True)]),
    case(APPROVED_PROJECT, FAIL, item=ITEM, lineage=UNDER, inventory=[approval(enrolledServices=[])]),
    case(APPROVED_PROJECT, FAIL, item={}, lineage=None),
    case(APPROVED_PROJECT, SKIP, item=ITEM, lineage=UNDER),
    case(APPROVED_PROJECT, UNKNOWN, item=ITEM, lineage=UNDER, inventory=[unlisted(APPROVAL)]),
    case(organization.changes_recorded, PASS, inventory=[api("compute.googleapis.com"), api("cloudasset.googleapis.com")]),
    case(organization.changes_recorded, PASS, inventory=[api("cloudasset.googleapis.com", 2)]),
    case(organization.changes_recorded, FAIL, inventory=[api("cloudasset.googleapis.com", "DISABLED")]),
    case(organization.changes_recorded, FAIL, inventory=[api("compute.googleapis.com")]),
    case(organization.changes_recorded, UNKNOWN, inventory=[unlisted(API)]),
    case(organization.in_organization, PASS, item=ITEM, lineage=UNDER),
    case(organization.in_organization, FAIL, item={"projectId": "sample"}, lineage=None),
    case(organization.in_organization, PASS, item=ITEM, lineage=DENIED),
    case(organization.in_organization, UNKNOWN, item={"projectId": "sample"}, lineage=DENIED),
    case(organization.policies_set, PASS, org_policy=[flag("compute.requireOsLogin")]),
    case(organization.policies_set, FAIL, org_policy=[flag("compute.requireOsLogin", enforced=False)]),
    case(organization.policies_set, FAIL, org_policy=None),
    case(organization.policies_set, UNKNOWN, org_policy=DENIED),
    case(scc.on, PASS, item={"effectiveEnablementState": "ENABLED"}),
    case(scc.on, PASS, item={"effectiveEnablementState": 2}),
    case(scc.on, FAIL, item={"effectiveEnablementState": "DISABLED", "intendedEnablementState": "INHERITED"}),
    case(scc.on, FAIL, item={}),
    case(scc.on, SKIP, id="x/securityCenterServices/vm-threat-detection-aws", item={"effectiveEnablementState": "DISABLED"}),
    case(scc.threats_detected, PASS, inventory=[service("event-threat-detection")]),
    case(scc.threats_detected, FAIL, inventory=[service("event-threat-detection", "DISABLED")]),
    case(scc.threats_detected, FAIL, inventory=[service("web-security-scanner")]),
    case(scc.threats_detected, FAIL),
    case(scc.threats_detected, UNKNOWN, inventory=[unlisted(SERVICE)]),
    case(scc.findings_told, PASS, inventory=[resource("gcp.scc.notification_config", "n", item={})]),
    case(scc.findings_told, PASS, inventory=[resource("gcp.scc.bigquery_export", "b", item={})]),
    case(scc.findings_told, FAIL),
    case(scc.findings_told, UNKNOWN, inventory=[unlisted("gcp.scc.bigquery_export")]),
    case(scc.narrow, PASS, item={"filter": 'category="OPEN_FIREWALL" AND resource.project_display_name="lab"'}),
    case(scc.narrow, FAIL, item={"filter": 'severity="HIGH" OR severity="LOW"'}),
    case(scc.narrow, FAIL, item={}),
]
