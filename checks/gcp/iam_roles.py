"""Checks on custom roles, and on the providers of identity pools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from checks.gcp import roles
from checks.gcp.read import in_words
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

ROLE, PROVIDER = "gcp.iam.role", "gcp.iam.workload_identity_pool_provider"
OFF = ("DISABLED", 5)
# Where anybody may have an account, so that a token alone says nothing. Source: IAM documentation, "Configure Workload
# Identity Federation with deployment pipelines"; "Best practices for using Workload Identity Federation".
SHARED_ISSUERS = frozenset(
    {
        "accounts.google.com",
        "agent.buildkite.com",
        "app.terraform.io",
        "gitlab.com",
        "oidc.vercel.com",
        "token.actions.githubusercontent.com",
    }
)
LITERAL = re.compile(r"""(["'])(?P<text>[^"']*)\1""")
CLAIM = re.compile(r"\b(assertion|attribute|google)\b\s*[.\[]")
# A name that is cut off is the beginning of strangers' names, too: "repo:acme" is also "repo:acme-evil".
EXACT = re.compile(r"""==|\bin\b""")
BEGINNING = re.compile(r"""startsWith\(\s*(["'])(?P<text>[^"']*)\1\s*\)""")

Item = Mapping[str, Any]


@check(
    "gcp.iam.role.no_escalation",
    on=ROLE,
    control="access.least_privilege",
    severity=Severity.HIGH,
    title="Custom role opens no way to more rights",
    risk="A holder of few rights makes itself an owner.",
    fix="gcloud iam roles update {name} --project={account} --remove-permissions=PERMISSIONS",
)
def no_escalation(role: Resource) -> Verdict:
    item = role["item"]
    if item.get("deleted") or item.get("stage") in OFF:
        return skipped("the role is deleted or disabled")
    steps = roles.steps(item.get("includedPermissions") or ())
    more = f", and {len(steps) - 3} more ways" if len(steps) > 3 else ""
    return failed(f"its holder can {'; '.join(steps[:3])}{more}") if steps else passed("no known way to more rights")


@check(
    "gcp.iam.workload_identity_pool_provider.tenant_pinned",
    on=PROVIDER,
    control="directory.federation",
    severity=Severity.HIGH,
    title="Provider of an identity pool names whose tokens it takes",
    risk="Every customer of the same service, say every repository on GitHub, gets an identity here.",
    fix="gcloud iam workload-identity-pools providers update-oidc {name} --workload-identity-pool=POOL --location=global"
    " --attribute-condition=\"assertion.repository_owner_id == 'ID'\"",
)
def tenant_pinned(provider: Resource) -> Verdict:
    item = provider["item"]
    if item.get("disabled") or item.get("state") in ("DELETED", 2):
        return skipped("the provider is off")
    issuer = str((item.get("oidc") or {}).get("issuerUri") or "").removeprefix("https://").strip("/")
    if issuer not in SHARED_ISSUERS:
        return passed(f"{issuer or 'the provider'} signs for one customer only")
    condition = str(item.get("attributeCondition") or "")
    if not CLAIM.search(condition) or not any(each["text"] for each in LITERAL.finditer(condition)):
        return failed(f"takes every token that {issuer} signs")
    loose = [each["text"] for each in BEGINNING.finditer(condition) if not each["text"].endswith(("/", ":"))]
    if loose and not EXACT.search(condition):
        return failed(f"takes whatever begins with {in_words(loose)}")
    return passed(condition)
