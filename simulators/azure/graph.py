"""Microsoft Graph, read only: what is in the estate's directory, page by page.

Sources: Microsoft Graph permissions reference, "Paging", "Error responses". Which reads take a licence is from the pages of
the operations.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from simulators.azure.estate import Estate
from simulators.azure.faults import NO_PREMIUM, REFUSALS, error, refusal
from simulators.azure.operations import Request
from simulators.listener import Answer

PAGE, MOST = 100, 999
# The permission that a path takes, by its first words, the longest first; any of several.
PERMISSIONS: dict[str, tuple[str, ...]] = {
    "reports/authenticationmethods": ("AuditLog.Read.All",),
    "auditlogs": ("AuditLog.Read.All",),
    "identity/conditionalaccess": ("Policy.Read.All", "Policy.Read.ConditionalAccess"),
    "identityprotection": ("IdentityRiskyUser.Read.All",),
    "policies/deviceregistrationpolicy": ("Policy.Read.DeviceConfiguration", "Policy.Read.All"),
    "policies/rolemanagementpolicies": (
        "RoleManagementPolicy.Read.Directory",
        "RoleManagement.Read.Directory",
        "RoleManagement.Read.All",
    ),
    "policies/rolemanagementpolicyassignments": ("RoleManagementPolicy.Read.Directory", "RoleManagement.Read.Directory"),
    "policies/crosstenantaccesspolicy": ("Policy.Read.All",),
    "policies": ("Policy.Read.All",),
    "rolemanagement": ("RoleManagement.Read.Directory", "RoleManagement.Read.All"),
    "directoryroles": ("RoleManagement.Read.Directory", "Directory.Read.All"),
    "oauth2permissiongrants": ("Directory.Read.All", "DelegatedPermissionGrant.Read.All"),
    "applications": ("Application.Read.All", "Directory.Read.All"),
    "serviceprincipals": ("Application.Read.All", "Directory.Read.All"),
    "groupsettings": ("GroupSettings.Read.All", "Directory.Read.All"),
    "groups": ("Group.Read.All", "GroupMember.Read.All", "Directory.Read.All"),
    "users": ("User.Read.All", "Directory.Read.All"),
    "devices": ("Device.Read.All", "Directory.Read.All"),
    "domains": ("Domain.Read.All", "Directory.Read.All"),
    "organization": ("Organization.Read.All", "Directory.Read.All"),
    "subscribedskus": ("LicenseAssignment.Read.All", "Organization.Read.All", "Directory.Read.All"),
    "security": ("SecurityEvents.Read.All",),
}
EVERY = frozenset(each for some in PERMISSIONS.values() for each in some)
# Which licence a path takes.
LICENCES = {
    "reports/authenticationmethods": "P1",
    "auditlogs/signins": "P1",
    "identity/conditionalaccess": "P1",
    "identityprotection": "P2",
    "rolemanagement/directory/roleeligibility": "P2",
    "rolemanagement/directory/roleassignmentschedule": "P2",
}
# What a list leaves out unless it is asked for by name.
ASKED_FOR = frozenset({"signInActivity", "federatedIdentityCredentials"})
RANKS = ("free", "P1", "P2")
# The plans that a licence puts among those of the organization. Source: "Product names and service plan identifiers".
PLANS = {"free": "", "P1": "41781fb2-bc02-4b7c-bd55-b576c07bb09d", "P2": "eec0eb4f-6444-4f95-aba0-50c24d67f998"}
NO_P2 = "AadPremiumLicenseRequired"


@dataclass
class Directory:
    """Answers GETs. ``permissions`` are those of our application, ``licence`` is the tenant's: free, P1 or P2."""

    base: str
    estate: Estate
    permissions: Collection[str] = EVERY
    licence: str = "P2"
    page: int = PAGE
    unseeded: Counter[str] = field(default_factory=Counter)

    def answer(self, request: Request) -> Answer:
        """Return the answer to one GET of somebody whose token is good."""
        path = request.path.lower().split("/", 2)[2]
        wrong = self._refused(path, request)
        if wrong:
            return wrong
        body = self._found(request)
        if body is None:
            self.unseeded[request.name] += 1
            return refusal("gone", request)
        context = {"@odata.context": f"{self.base}/v1.0/$metadata#{path}"}
        told = self._listed(body, request) if isinstance(body, list) else body
        return Answer(200, json.dumps(context | told, separators=(",", ":")).encode())

    def _refused(self, path: str, request: Request) -> Answer | None:
        needs = _longest(PERMISSIONS, path)
        if needs and not set(needs) & set(self.permissions):
            return refusal("denied", request)
        licence = _longest(LICENCES, path) or "free"
        selects = request.one("$select").lower()
        if "signinactivity" in selects:
            licence = "P1"
        if RANKS.index(licence) <= RANKS.index(self.licence):
            return None
        if path.startswith("rolemanagement"):
            return error(400, NO_P2, "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.")
        return error(403, NO_PREMIUM, REFUSALS["unlicensed"][2])

    def _found(self, request: Request) -> Any:
        """Return what is at a path: itself, or one object of a list, or a part of it."""
        held = {key.lower(): body for key, body in self.estate.directory.items()}
        path = request.path.lower().split("/", 2)[2]
        if path == "organization":
            return [each | {"assignedPlans": self._plans(each["assignedPlans"])} for each in held[path]]
        if path in held:
            return self._filtered(held[path], request)
        above, _, last = path.rpartition("/")
        rows = held.get(above)
        if isinstance(rows, list):
            return next((each for each in rows if str(each.get("id", "")).lower() == last), None)
        return [] if self._part(held, above) else None

    def _plans(self, held: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the plans of the organization, with the one that its licence brings and no other of Entra ID."""
        named = [each | {"servicePlanId": PLANS[self.licence] or each["servicePlanId"]} for each in held]
        return [each for each in named if PLANS[self.licence] or each["servicePlanId"] not in PLANS.values()]

    @staticmethod
    def _part(held: dict[str, Any], above: str) -> bool:
        """Tell whether *above* names an object: lists below it are empty unless the directory says otherwise."""
        lists, _, last = above.rpartition("/")
        rows = held.get(lists)
        return isinstance(rows, list) and any(str(each.get("id", "")).lower() == last for each in rows)

    @staticmethod
    def _filtered(body: Any, request: Request) -> Any:
        """Return the rows that ``$filter`` leaves, as far as it is one comparison, with the fields of ``$select``."""
        if not isinstance(body, list):
            return body
        words = request.one("$filter").split()
        if len(words) == 3 and words[1] == "eq":
            wanted = words[2].strip("'").lower()
            body = [each for each in body if str(each.get(words[0])).lower() == wanted]
        names = [each.strip() for each in request.one("$select").split(",") if each.strip()]
        keep = {"id", "@odata.type", *names, *request.one("$expand").split(",")}
        hidden = ASKED_FOR - keep
        return [
            {name: value for name, value in each.items() if (name in keep if names else name not in hidden)} for each in body
        ]

    def _listed(self, rows: list[Any], request: Request) -> dict[str, Any]:
        size = min(int(request.one("$top") or self.page), MOST) if not request.one("$skiptoken") else self.page
        size = min(size, self.page) if self.page < PAGE else size
        start = int(request.one("$skiptoken") or 0)
        found = rows[start : start + size]
        if start + size >= len(rows):
            return {"value": found}
        kept = "&".join(f"{name}={quote(values[0])}" for name, values in request.given.items() if name.lower() != "$skiptoken")
        link = f"{self.base}{request.path}?{kept}{'&' if kept else ''}$skiptoken={start + size}"
        return {"@odata.nextLink": link, "value": found}


def _longest(table: dict[str, Any], path: str) -> Any:
    return next((table[each] for each in sorted(table, key=len, reverse=True) if path.startswith(each)), None)
