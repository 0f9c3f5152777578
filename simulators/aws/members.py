"""An organization of many small accounts: units two deep, tags, one account suspended, one without the role for scans.

``python -m simulators.aws.members --number 200`` serves one of so many accounts that hold next to nothing, until it is stopped.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulators.aws import estate
from simulators.aws.estate.organization import ELSEWHERE, OF_MANAGEMENT
from simulators.aws.estate.place import ROLE, Place, ago
from simulators.aws.server import SimulatedAws
from simulators.aws.supplement.registry import Refusal

MANAGEMENT, ID, ROOT = "600000000000", "o-examplemany", "r-many"
WORKLOADS, PRODUCTION = "ou-many-workloads", "ou-many-production"
SANDBOXES, CLOSED = "ou-many-sandboxes", "ou-many-closed00"
# Id, name, and the way down to it.
UNITS: dict[str, tuple[str, tuple[str, ...]]] = {
    WORKLOADS: ("workloads", (WORKLOADS,)),
    PRODUCTION: ("production", (WORKLOADS, PRODUCTION)),
    SANDBOXES: ("sandboxes", (SANDBOXES,)),
    CLOSED: ("closed", (CLOSED,)),
}
TRAIL = f"arn:aws:cloudtrail:eu-west-1:{MANAGEMENT}:trail/organization"
ANALYZER = f"arn:aws:access-analyzer:eu-west-1:{MANAGEMENT}:analyzer/organization"
NOT_TRUSTED = Refusal(403, "AccessDenied", "User is not authorized to perform: sts:AssumeRole")


def arn(kind: str, rest: str) -> str:
    return f"arn:aws:organizations::{MANAGEMENT}:{kind}/{rest}"


DESCRIBED = {
    "Id": ID,
    "Arn": arn("organization", ID),
    "FeatureSet": "ALL",
    "MasterAccountArn": arn("account", f"{ID}/{MANAGEMENT}"),
    "MasterAccountId": MANAGEMENT,
    "MasterAccountEmail": "many@example.com",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One account, as AWS Organizations tells of it. Without the role nobody gets in."""

    id: str
    name: str
    unit: str
    state: str = "ACTIVE"
    stage: str = ""
    role: bool = True

    @property
    def row(self) -> dict[str, Any]:
        above = [ID, ROOT, *(UNITS[self.unit][1] if self.unit else ())]
        paths = ["/".join([*above, self.id, ""])]
        own = {"Id": self.id, "Arn": arn("account", f"{ID}/{self.id}"), "Name": self.name, "Paths": paths}
        status = self.state if self.state != "CLOSED" else "SUSPENDED"
        return {**own, "Email": f"{self.name}@example.com", "Status": status, "State": self.state, "JoinedMethod": "CREATED"}


MEMBERS = (
    Told(MANAGEMENT, "management", ""),
    Told("600000000001", "shop", PRODUCTION, stage="prod"),
    Told("600000000002", "billing", PRODUCTION, stage="prod"),
    Told("600000000003", "shop-test", WORKLOADS, stage="test"),
    Told("600000000004", "play", SANDBOXES, stage="none"),
    Told("600000000005", "forgotten", SANDBOXES, role=False),
    Told("600000000006", "slow", SANDBOXES),
    Told("600000000007", "left", CLOSED, state="SUSPENDED"),
)


def many(number: int) -> tuple[Told, ...]:
    """Return the management account and *number* members that are all alike."""
    return (MEMBERS[0], *(Told(f"7{each:011}", f"member-{each}", WORKLOADS) for each in range(number)))


def fill_members(aws: SimulatedAws, members: Sequence[Told] = MEMBERS, *, full: bool = True) -> None:
    """Make an organization of *members*. ``full``: with something of a small account in each that can be entered."""
    management = aws.place(MANAGEMENT, "eu-west-1")
    _directory(management, members)
    for each in members:
        place = aws.place(each.id, "eu-west-1")
        if full and each.state == "ACTIVE":
            estate.fill(place, 1)
            _trail(place)
        place.tell_everywhere("organizations:DescribeOrganization", {"Organization": DESCRIBED})
        if each.id != MANAGEMENT:
            for operation in OF_MANAGEMENT:
                place.tell_everywhere(f"organizations:{operation}", ELSEWHERE)
        if not each.role:
            role = f"arn:aws:iam::{each.id}:role/{ROLE}"
            management.tell_everywhere("sts:AssumeRole", NOT_TRUSTED, RoleArn=role)


def _directory(place: Place, members: Sequence[Told]) -> None:
    root = {"Id": ROOT, "Arn": arn("root", f"{ID}/{ROOT}"), "Name": "Root", "PolicyTypes": []}
    place.tell_everywhere("organizations:ListRoots", {"Roots": [root]})
    place.tell_everywhere("organizations:ListAccounts", {"Accounts": [each.row for each in members]})
    for empty in ("DelegatedAdministrators", "EnabledServicePrincipals", "Policies"):
        operation = {"EnabledServicePrincipals": "ListAWSServiceAccessForOrganization"}.get(empty, f"List{empty}")
        place.tell_everywhere(f"organizations:{operation}", {empty: []})
    for parent in (ROOT, *UNITS):
        way = UNITS[parent][1] if parent in UNITS else ()
        below = [_unit(id, name) for id, (name, down) in UNITS.items() if down[:-1] == way]
        place.tell_everywhere("organizations:ListOrganizationalUnitsForParent", {"OrganizationalUnits": below}, ParentId=parent)
        own = [each.row for each in members if each.unit == parent or (parent == ROOT and not each.unit)]
        place.tell_everywhere("organizations:ListAccountsForParent", {"Accounts": own}, ParentId=parent)
    for each in members:
        tags = [{"Key": "stage", "Value": each.stage}] if each.stage else []
        place.tell_everywhere("organizations:ListTagsForResource", {"Tags": tags}, ResourceId=each.id)


def _unit(id: str, name: str) -> dict[str, str]:
    return {"Id": id, "Arn": arn("ou", f"{ID}/{id}"), "Name": name}


def _trail(place: Place) -> None:
    """Tell of the trail of the organization, of which members see that it is there, and not what it records."""
    own = {"Name": "organization", "TrailARN": TRAIL, "HomeRegion": "eu-west-1", "S3BucketName": "organization-trail"}
    row = {**own, "IsMultiRegionTrail": True, "IsOrganizationTrail": True, "IncludeGlobalServiceEvents": True}
    place.tell_everywhere("cloudtrail:DescribeTrails", {"trailList": [row]}, includeShadowTrails=True)
    if place.account == MANAGEMENT:
        place.tell("cloudtrail:DescribeTrails", {"trailList": [row]}, includeShadowTrails=False)
        place.tell_everywhere("cloudtrail:GetTrailStatus", {"IsLogging": True}, Name=TRAIL)
        selectors = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]
        place.tell_everywhere("cloudtrail:GetEventSelectors", {"TrailARN": TRAIL, "EventSelectors": selectors}, TrailName=TRAIL)
        analyzer = {"arn": ANALYZER, "name": "organization", "type": "ORGANIZATION", "status": "ACTIVE", "createdAt": ago(90)}
        place.tell("accessanalyzer:ListAnalyzers", {"analyzers": [analyzer]})
        return
    place.tell_everywhere("cloudtrail:DescribeTrails", {"trailList": []}, includeShadowTrails=False)
    missing = Refusal(400, "TrailNotFoundException", f"Unknown trail: {TRAIL}")
    for operation in ("GetTrailStatus", "GetEventSelectors"):
        place.tell_everywhere(f"cloudtrail:{operation}", missing)


def main(arguments: Sequence[str] | None = None) -> int:
    made = argparse.ArgumentParser(prog="python -m simulators.aws.members", description=__doc__)
    made.add_argument(
        "--number", type=int, default=0, help="so many accounts that are all alike; without it, a few that differ"
    )
    given = made.parse_args(arguments)
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)  # before threads are made, which inherit it
    with SimulatedAws.start() as aws:
        fill_members(aws, many(given.number) if given.number else MEMBERS, full=not given.number)
        role = f"arn:aws:iam::{MANAGEMENT}:role/{ROLE}"
        print(json.dumps({"endpoint": aws.endpoint, "environment": aws.environment, "role": role}), flush=True)  # noqa: T201
        signal.sigwait(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
