"""Cases of repositories of Artifact Registry: of each kind, and with clusters beside them."""

from __future__ import annotations

from typing import Any

from checks.gcp import artifactregistry
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp.cases_gce import OWN, project
from tests.checks.gcp.cases_gke import api

PLACE = f"projects/{ACCOUNT}/locations/europe/repositories/"
KEY = "projects/p/locations/l/keyRings/r/cryptoKeys/k"
WRITER, READER = "roles/artifactregistry.writer", "roles/artifactregistry.reader"
DEFAULT = "serviceAccount:123-compute@developer.gserviceaccount.com"
VIRTUAL, REMOTE = {"mode": "VIRTUAL_REPOSITORY"}, {"mode": "REMOTE_REPOSITORY"}
DELETING = {"old": {"id": "old", "action": "DELETE", "condition": {"olderThan": "2592000s"}}}


def docker(**fields: Any) -> dict[str, Any]:
    return {"name": f"{PLACE}r", "format": "DOCKER", "mode": "STANDARD_REPOSITORY", **fields}


def maven(**config: Any) -> dict[str, Any]:
    return docker(format="MAVEN", mavenConfig=config)


def state(said: str | int) -> dict[str, Any]:
    return docker(vulnerabilityScanningConfig={"enablementState": said})


def behind(name: str, mode: str) -> Resource:
    return resource("gcp.artifactregistry.repository", f"//artifactregistry.googleapis.com/{PLACE}{name}", item={"mode": mode})


def before(**priorities: int) -> dict[str, Any]:
    policies = [{"id": name, "repository": PLACE + name, "priority": number} for name, number in priorities.items()]
    return docker(**VIRTUAL, virtualRepositoryConfig={"upstreamPolicies": policies})


def remote(address: str) -> dict[str, Any]:
    return docker(**REMOTE, remoteRepositoryConfig={"dockerRepository": {"customRepository": {"uri": address}}})


def granting(role: str, *members: str) -> dict[str, Any]:
    return {"bindings": [{"role": role, "members": list(members)}]}


def cluster(account: str | None = OWN) -> Resource:
    item = {"nodePools": [{"config": {"serviceAccount": account} if account else {}}]}
    return resource("gcp.gke.cluster", "c", item=item)


OWN_ONE, STRANGERS = behind("own", "STANDARD_REPOSITORY"), behind("hub", "REMOTE_REPOSITORY")
MEMBER = f"serviceAccount:{OWN}"
CASES = [
    case(artifactregistry.scanned, PASS, item=state("SCANNING_ACTIVE")),
    case(artifactregistry.scanned, PASS, item=docker(), inventory=[api()]),
    case(artifactregistry.scanned, FAIL, item=state("SCANNING_DISABLED"), inventory=[api()]),
    case(artifactregistry.scanned, FAIL, item=state(2)),
    case(artifactregistry.scanned, FAIL, item=docker()),
    case(artifactregistry.scanned, SKIP, item=state("SCANNING_UNSUPPORTED")),
    case(artifactregistry.scanned, SKIP, item=maven()),
    case(artifactregistry.versions_stay, PASS, item=docker(dockerConfig={"immutableTags": True})),
    case(artifactregistry.versions_stay, PASS, item=docker(mode=1, format=1, dockerConfig={"immutableTags": True})),
    case(artifactregistry.versions_stay, PASS, item=maven()),
    case(artifactregistry.versions_stay, PASS, item=maven(allowSnapshotOverwrites=True, versionPolicy="RELEASE")),
    case(artifactregistry.versions_stay, FAIL, item=docker()),
    case(artifactregistry.versions_stay, FAIL, item=docker(mode=None)),
    case(artifactregistry.versions_stay, FAIL, item=maven(allowSnapshotOverwrites=True)),
    case(artifactregistry.versions_stay, SKIP, item=docker(format="PYTHON")),
    case(artifactregistry.versions_stay, SKIP, item=docker(**REMOTE)),
    case(artifactregistry.cleaned_up, PASS, item=docker(cleanupPolicies=DELETING)),
    case(artifactregistry.cleaned_up, FAIL, item=docker(cleanupPolicies=DELETING, cleanupPolicyDryRun=True)),
    case(artifactregistry.cleaned_up, FAIL, item=docker(cleanupPolicies={"k": {"action": "KEEP"}})),
    case(artifactregistry.cleaned_up, FAIL, item=docker()),
    case(artifactregistry.cleaned_up, SKIP, item=docker(**VIRTUAL)),
    case(artifactregistry.customer_key, PASS, item=docker(kmsKeyName=KEY)),
    case(artifactregistry.customer_key, FAIL, item=docker()),
    case(artifactregistry.customer_key, SKIP, item=docker(mode=2)),
    case(artifactregistry.several_regions, PASS, region="europe", item=docker()),
    case(artifactregistry.several_regions, FAIL, region="europe-west1", item=docker()),
    case(artifactregistry.several_regions, SKIP, region="europe-west1", item=docker(**REMOTE)),
    case(artifactregistry.own_before_strangers, PASS, item=before(own=100, hub=50), inventory=[OWN_ONE, STRANGERS]),
    case(artifactregistry.own_before_strangers, PASS, item=before(hub=50), inventory=[STRANGERS]),
    case(artifactregistry.own_before_strangers, FAIL, item=before(own=50, hub=100), inventory=[OWN_ONE, STRANGERS]),
    case(artifactregistry.own_before_strangers, FAIL, item=before(own=50, hub=50), inventory=[OWN_ONE, STRANGERS]),
    case(artifactregistry.own_before_strangers, UNKNOWN, item=before(own=50, hub=100), inventory=[OWN_ONE]),
    case(
        artifactregistry.own_before_strangers,
        UNKNOWN,
        item=docker(
            **VIRTUAL, virtualRepositoryConfig={"upstreamPolicies": [{"repository": "projects/q/locations/l/repositories/r"}]}
        ),
    ),
    case(artifactregistry.own_before_strangers, SKIP, item=docker()),
    case(artifactregistry.upstream_over_https, PASS, item=remote("https://registry.example.com")),
    case(artifactregistry.upstream_over_https, FAIL, item=remote("HTTP://registry.example.com")),
    case(artifactregistry.upstream_over_https, SKIP, item=docker()),
    case(artifactregistry.people_only_read, PASS, iam_policy=granting(WRITER, MEMBER, "group:build@example.com")),
    case(artifactregistry.people_only_read, PASS, iam_policy=granting(READER, "user:a@example.com")),
    case(artifactregistry.people_only_read, PASS, iam_policy=None),
    case(artifactregistry.people_only_read, FAIL, iam_policy=granting(WRITER, MEMBER, "user:a@example.com")),
    case(
        artifactregistry.people_only_read, FAIL, iam_policy=granting("roles/artifactregistry.repoAdmin", "domain:example.com")
    ),
    case(artifactregistry.nodes_only_read, PASS, iam_policy=granting(READER, MEMBER), inventory=[project(), cluster()]),
    case(artifactregistry.nodes_only_read, FAIL, iam_policy=granting(WRITER, MEMBER), inventory=[project(), cluster()]),
    case(artifactregistry.nodes_only_read, FAIL, iam_policy=granting(WRITER, DEFAULT), inventory=[project(), cluster(None)]),
    case(artifactregistry.nodes_only_read, FAIL, iam_policy=None, inventory=[project("roles/editor"), cluster()]),
    case(artifactregistry.nodes_only_read, FAIL, iam_policy=None, inventory=[project(above="roles/owner"), cluster()]),
    case(artifactregistry.nodes_only_read, PASS, iam_policy=granting(WRITER, DEFAULT), inventory=[project(), cluster()]),
    case(artifactregistry.nodes_only_read, SKIP, iam_policy=granting(WRITER, MEMBER)),
    case(artifactregistry.nodes_only_read, UNKNOWN, iam_policy=None, inventory=[cluster()]),
    case(artifactregistry.nodes_only_read, UNKNOWN, iam_policy=None, inventory=[project(), unlisted("gcp.gke.cluster")]),
]
