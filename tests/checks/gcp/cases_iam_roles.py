from typing import Any

from checks.gcp import iam_roles
from tests.cases import FAIL, PASS, SKIP, case

GITHUB = "https://token.actions.githubusercontent.com"


def role(*permissions: str, **more: Any) -> dict[str, Any]:
    return {"name": "projects/sample/roles/x", "includedPermissions": list(permissions), "stage": "GA", **more}


def provider(condition: str = "", issuer: str = GITHUB, **more: Any) -> dict[str, Any]:
    asked = {"attributeCondition": condition} if condition else {}
    return {"state": "ACTIVE", "oidc": {"issuerUri": issuer}, **asked, **more}


CASES = [
    case(iam_roles.no_escalation, PASS, item=role("storage.objects.get", "iam.serviceAccounts.list")),
    case(iam_roles.no_escalation, PASS, item=role("iam.serviceAccounts.actAs")),
    case(iam_roles.no_escalation, PASS, item={"name": "projects/sample/roles/x"}),
    case(iam_roles.no_escalation, FAIL, item=role("resourcemanager.projects.setIamPolicy")),
    case(iam_roles.no_escalation, FAIL, item=role("iam.serviceAccounts.actAs", "run.services.create")),
    case(iam_roles.no_escalation, FAIL, item=role("iam.roles.update", "iam.serviceAccountKeys.create", stage="ALPHA")),
    case(iam_roles.no_escalation, SKIP, item=role("iam.roles.update", deleted=True)),
    case(iam_roles.no_escalation, SKIP, item=role("iam.roles.update", stage="DISABLED")),
    case(iam_roles.tenant_pinned, PASS, item=provider("assertion.repository_owner_id == '123'")),
    case(iam_roles.tenant_pinned, PASS, item=provider("assertion.sub.startsWith('repo:acme/')")),
    case(iam_roles.tenant_pinned, PASS, item=provider("attribute.repository in ['acme/app', 'acme/web']")),
    case(iam_roles.tenant_pinned, PASS, item=provider(issuer="https://login.example.com/realms/x")),
    case(iam_roles.tenant_pinned, PASS, item={"aws": {"accountId": "123456789012"}}),
    case(iam_roles.tenant_pinned, FAIL, item=provider()),
    case(iam_roles.tenant_pinned, FAIL, item=provider("true")),
    case(iam_roles.tenant_pinned, FAIL, item=provider("assertion.repository_owner != ''")),
    case(iam_roles.tenant_pinned, FAIL, item=provider("assertion.sub.startsWith('repo:acme')")),
    case(iam_roles.tenant_pinned, FAIL, item=provider(issuer="https://gitlab.com/")),
    case(iam_roles.tenant_pinned, SKIP, item=provider(disabled=True)),
    case(iam_roles.tenant_pinned, SKIP, item=provider(state="DELETED")),
]
