"""Compose, Kubernetes, ECS and Cloud Run: they say what their platforms understand, and give nobody more than he needs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import jsonschema  # type: ignore[import-untyped]
import pytest
import typer
import yaml
from botocore.validate import ParamValidator

from scanner.cli.app import app, load
from scanner.config import Settings
from scanner.config import load as configuration
from scanner.daemon.plan import read
from tests.deploy.files import DEPLOY, KUBERNETES, ROOT, Container, compose, containers, documents, pods, tasks
from tests.deploy.test_image import ENTRY, PREPARE

SCHEMA = ROOT / "tests" / "data" / "compose-spec.schema.json"
CONTAINERS = containers()
SERVICES: dict[str, dict[str, Any]] = compose()["services"]
EXACT = re.compile(r"[^:]+:[0-9]+\.[0-9]+(\.[0-9]+)?(-[a-z]+)?")
IDENTITIES = {
    "eks": "eks.amazonaws.com/role-arn",
    "gke": "iam.gke.io/gcp-service-account",
    "aks": "azure.workload.identity/client-id",
}
SCANS = {"daemon", "scan"}
SCALE = KUBERNETES / "scale"


def ids(found: Sequence[Container]) -> list[str]:
    return [each.where for each in found]


def parse(arguments: Sequence[str]) -> None:
    """Let the command line read *arguments* without doing what they say. Raises what it raises for a wrong one."""
    command: Any = typer.main.get_command(app)
    name, rest, parent = "demarc", list(arguments), None
    while True:
        context = command.make_context(name, rest, parent=parent)
        rest = [*getattr(context, "_protected_args", ()), *context.args]
        if not rest or not hasattr(command, "resolve_command"):
            return
        name, command, rest = command.resolve_command(context, rest)
        parent = context


@pytest.mark.parametrize("container", CONTAINERS, ids=ids(CONTAINERS))
def test_every_command_is_one_that_demarc_knows(container: Container) -> None:
    load()
    if container.program == "demarc":
        parse(container.arguments)
    else:
        assert (container.program, list(container.arguments)) == ("demarc-prepare", [])


def test_a_command_that_demarc_does_not_know_is_seen() -> None:
    load()
    with pytest.raises(typer.TyperException):
        parse(["db", "ascend"])
    with pytest.raises(typer.TyperException):
        parse(["serve", "--hear", "0.0.0.0"])


@pytest.mark.parametrize("container", CONTAINERS, ids=ids(CONTAINERS))
def test_every_variable_is_one_that_something_reads(container: Container) -> None:
    revealed = {*ENTRY["SECRETS"], *(f"{name}_FILE" for name in ENTRY["SECRETS"])}
    settings = {f"DEMARC_{name}".upper() for name in Settings.model_fields} | {PREPARE["GIVEN"]}
    known = revealed | settings | {"DEMARC_GCP_ORGANIZATION", "DEMARC_GCP_PROJECT"}
    assert {name for name in container.environment if name.startswith(("DEMARC_", "PG"))} <= known
    configuration(None, {name: value or "" for name, value in container.environment.items() if name != "DEMARC_TOML"})


@pytest.mark.parametrize("container", CONTAINERS, ids=ids(CONTAINERS))
def test_no_secret_is_written_down(container: Container) -> None:
    secret = {name: value for name, value in container.environment.items() if re.search(r"PASSWORD|TOKEN|SECRET|KEY", name)}
    literal = {name for name, value in secret.items() if value and not name.endswith("_FILE") and not value.startswith("${")}
    assert not literal
    database = container.environment.get("DEMARC_DATABASE") or "postgresql://demarc@"
    assert re.match(r"postgresql://demarc@", database)  # a user, and no password


def test_the_compose_file_is_one() -> None:
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(compose())


def test_the_schema_sees_what_is_wrong() -> None:
    wrong = compose()
    wrong["services"]["daemon"]["variables"] = {}
    with pytest.raises(jsonschema.ValidationError, match="variables"):
        jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(wrong)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_services_may_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["image"].startswith("${DEMARC_IMAGE") or EXACT.fullmatch(service["image"])
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_services_that_stay_are_started_again_and_watched() -> None:
    stay = {name for name, service in SERVICES.items() if service["restart"] == "unless-stopped"}
    assert stay == {"broker", "database", "daemon", "dashboard", "grafana", "worker"}
    unwatched = {name for name in stay if "healthcheck" not in SERVICES[name]}
    assert unwatched == {"daemon", "worker"}  # the image's own check is of these


def test_each_service_waits_for_what_it_needs() -> None:
    waits = {
        name: {on: how["condition"].removeprefix("service_") for on, how in service.get("depends_on", {}).items()}
        for name, service in SERVICES.items()
    }
    assert waits == {
        "prepare": {},
        "database": {"prepare": "completed_successfully"},
        "migrate": {"database": "healthy"},
        "daemon": {"migrate": "completed_successfully"},
        "broker": {"prepare": "completed_successfully"},
        "worker": {"migrate": "completed_successfully", "broker": "healthy"},
        "dashboard": {"migrate": "completed_successfully"},
        "reader": {"migrate": "completed_successfully"},
        "grafana": {"reader": "completed_successfully"},
    }
    profiles = {name: service["profiles"] for name, service in SERVICES.items() if service.get("profiles")}
    assert profiles == {"reader": ["grafana"], "grafana": ["grafana"], "broker": ["scale"], "worker": ["scale"]}


def mounted(service: Mapping[str, Any], source: str) -> list[str]:
    return [volume for volume in service.get("volumes", ()) if isinstance(volume, str) and volume.startswith(f"{source}:")]


def test_secrets_are_where_they_are_needed_and_only_there() -> None:
    who = {
        source: {name for name, service in SERVICES.items() if mounted(service, source) and name != "prepare"}
        for source in ("broker-secret", "database-secret", "dashboard-secret", "grafana-secret")
    }
    assert who["broker-secret"] == {"broker", "daemon", "worker"}
    assert who["database-secret"] == {"database", "migrate", "daemon", "worker", "dashboard", "reader"}
    assert who["dashboard-secret"] == {"dashboard"}
    assert who["grafana-secret"] == {"reader", "grafana"}
    for name, service in SERVICES.items():
        secret = [volume for volume in service.get("volumes", ()) if "-secret:" in volume]
        assert name == "prepare" or all(volume.endswith(":ro") for volume in secret)


def test_cloud_credentials_reach_what_scans_and_nothing_else_that_is_connected() -> None:
    clouds = ("AWS_", "AZURE_", "GOOGLE_")
    have = {name for name, each in SERVICES.items() if any(key.startswith(clouds) for key in each.get("environment", ()))}
    assert have == {"prepare", "daemon", "worker"}
    assert SERVICES["prepare"]["network_mode"] == "none"


def test_the_database_and_the_broker_are_reached_from_within_only() -> None:
    assert SERVICES["database"]["networks"] == SERVICES["broker"]["networks"] == ["inside"]
    assert "ports" not in SERVICES["broker"]
    assert compose()["networks"]["inside"] == {"internal": True}
    assert "ports" not in SERVICES["database"]
    assert mounted(SERVICES["database"], "database") == ["database:/var/lib/postgresql/data"]


def test_the_broker_has_one_user_whose_password_the_workers_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("broker", "data"):
        (tmp_path / folder).mkdir()
    assert PREPARE["main"]({"AWS_PROFILE": "x"}, tmp_path, tmp_path / "data") == 0
    told = dict(line.split(" = ") for line in (tmp_path / "broker" / "demarc.conf").read_text("utf-8").splitlines())
    assert told["default_pass"] == (tmp_path / "broker" / "password").read_text("utf-8").strip()
    assert mounted(SERVICES["broker"], "broker-secret") == ["broker-secret:/etc/rabbitmq/conf.d:ro"]
    monkeypatch.setenv("DEMARC_BROKER", "amqp://demarc@broker/demarc")
    parts = urlsplit(read(tmp_path / "data" / "demarc.toml", {"DEMARC_BROKER_PASSWORD": told["default_pass"]}).broker)
    assert (parts.username, parts.password) == (told["default_user"], told["default_pass"])
    assert (parts.hostname, parts.path) == ("broker", f"/{told['default_vhost']}")


BASE = list(documents(KUBERNETES / "base"))
PODS = [(where, pod) for where, document in [*BASE, *documents(SCALE)] for pod in pods(document) if "image" in str(pod)]


def test_there_is_a_manifest_of_each_kind() -> None:
    kinds = sorted(document["kind"] for _, document in BASE if document["kind"] not in {"Kustomization", "NetworkPolicy"})
    assert kinds == sorted(
        ["CronJob", "Deployment", "Deployment", "Job", "Namespace", "Service", "Service", "ServiceAccount", "ServiceAccount"]
    )


def test_every_file_is_in_the_kustomization() -> None:
    listed = yaml.safe_load((KUBERNETES / "base" / "kustomization.yaml").read_text("utf-8"))["resources"]
    assert set(listed) == {file.name for file in (KUBERNETES / "base").glob("*.yaml")} - {"kustomization.yaml"}


@pytest.mark.parametrize(("where", "pod"), PODS, ids=[where for where, _ in PODS])
def test_pods_hold_to_the_restricted_standard(where: str, pod: Mapping[str, Any]) -> None:
    security = pod["securityContext"]
    assert security["runAsNonRoot"] is True
    assert security["runAsUser"] == security["fsGroup"] == 10001
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    (container,) = pod["containers"]
    own = container["securityContext"]
    assert (own["allowPrivilegeEscalation"], own["readOnlyRootFilesystem"]) == (False, True)
    assert own["capabilities"] == {"drop": ["ALL"]}
    assert set(container["resources"]) == {"requests", "limits"}
    assert {each["mountPath"] for each in container["volumeMounts"]} >= {"/tmp", "/data"}
    assert {each["name"] for each in container["volumeMounts"]} == {each["name"] for each in pod["volumes"]}


def test_only_what_scans_has_an_identity_in_a_cloud() -> None:
    accounts = {where.rpartition(":")[0]: pod["serviceAccountName"] for where, pod in PODS}
    named = {file.rpartition("/")[2].removesuffix(".yaml"): account for file, account in accounts.items()}
    assert {name for name, account in named.items() if account == "demarc-scan"} == {*SCANS, "worker"}


def test_workers_are_a_component_that_tells_the_daemon_of_the_broker_too() -> None:
    component = yaml.safe_load((SCALE / "kustomization.yaml").read_text("utf-8"))
    assert component["kind"] == "Component"
    assert component["resources"] == ["worker.yaml"]
    (worker,) = [pod for _, document in documents(SCALE) for pod in pods(document) if document["kind"] == "Deployment"]
    (patch,) = component["patches"]
    (daemon,) = pods(yaml.safe_load(patch["patch"]))
    told = [{each["name"]: each["value"] for each in pod["containers"][0]["env"]} for pod in (worker, daemon)]
    names = ("DEMARC_BROKER", "DEMARC_BROKER_PASSWORD_FILE")
    assert [told[0][name] for name in names] == [told[1][name] for name in names]


@pytest.mark.parametrize("cloud", sorted(IDENTITIES))
def test_identities_are_of_the_workload_and_there_is_no_key(cloud: str) -> None:
    text = (KUBERNETES / cloud / "kustomization.yaml").read_text("utf-8")
    overlay = yaml.safe_load(text)
    assert overlay["resources"] == ["../base"]
    patches = [(each["target"], yaml.safe_load(each["patch"])) for each in overlay["patches"]]
    (annotations,) = [
        change["value"] for target, changes in patches for change in changes if target["kind"] == "ServiceAccount"
    ]
    assert list(annotations) == [IDENTITIES[cloud]]
    targets = {each["target"]["name"] for each in overlay["patches"]}
    names = {document["metadata"]["name"] for _, document in BASE if document["kind"] != "Kustomization"}
    assert targets <= names
    assert not re.search(r"ACCESS_KEY|CLIENT_SECRET|credentials\.json", text)


@pytest.mark.parametrize("folder", ["base", "aks", "gke"])
def test_the_configuration_is_one_that_the_daemon_takes(folder: str) -> None:
    (schedule,) = read(KUBERNETES / folder / "demarc.toml", {}).schedules
    provider = {"base": "aws", "aks": "azure", "gke": "gcp"}[folder]
    assert [provider for provider, _ in schedule.targets] == [provider]


@pytest.mark.parametrize("file", sorted(tasks()))
def test_task_definitions_fit_the_api_of_ecs(file: str) -> None:
    task = tasks()[file]
    shape = botocore.session.get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition").input_shape
    assert shape
    assert ParamValidator().validate(task, shape).generate_report() == ""
    volumes = {each["name"] for each in task["volumes"]}
    names = {each["name"] for each in task["containerDefinitions"]}
    for each in task["containerDefinitions"]:
        assert each["readonlyRootFilesystem"] is True
        assert {mount["sourceVolume"] for mount in each["mountPoints"]} <= volumes
        assert {other["containerName"] for other in each.get("dependsOn", ())} <= names
        assert each["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}
        assert not [one for one in each["environment"] if one["name"].startswith("AWS_")]
    scans = {"daemon.json", "scan.json"}
    assert task["taskRoleArn"].endswith("/demarc-scan") is (file in scans)


def test_cloud_run_runs_each_part_as_what_it_needs() -> None:
    found = dict(documents(DEPLOY / "cloud-run"))
    accounts = {
        document["metadata"]["name"]: pod["serviceAccountName"].partition("@")[0]
        for document in found.values()
        for pod in pods(document)
    }
    assert accounts == {
        "demarc-daemon": "demarc-scan",
        "demarc-scan": "demarc-scan",
        "demarc-dashboard": "demarc",
        "demarc-migrate": "demarc",
    }
    kinds = {document["metadata"]["name"]: (document["apiVersion"], document["kind"]) for document in found.values()}
    assert kinds["demarc-dashboard"] == ("serving.knative.dev/v1", "Service")
    assert kinds["demarc-scan"] == ("run.googleapis.com/v1", "Job")


def test_the_daemon_on_cloud_run_is_never_put_to_sleep() -> None:
    (daemon,) = [doc for _, doc in documents(DEPLOY / "cloud-run") if doc["metadata"]["name"] == "demarc-daemon"]
    said = daemon["spec"]["template"]["metadata"]["annotations"]
    assert said["autoscaling.knative.dev/minScale"] == "1"
    assert said["run.googleapis.com/cpu-throttling"] == "false"


def test_every_image_has_an_exact_version() -> None:
    newest = yaml.safe_load((KUBERNETES / "base" / "kustomization.yaml").read_text("utf-8"))["images"][0]["newTag"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", newest)
    images = {each.image for each in CONTAINERS} - {"demarc", "${DEMARC_IMAGE:-localhost/demarc:local}"}
    assert images
    assert all(EXACT.fullmatch(image) for image in images)
