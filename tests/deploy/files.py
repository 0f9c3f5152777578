"""What the files that deploy Demarc say: the steps of the Dockerfile, and every container that a file of ours starts."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
COMPOSE = ROOT / "docker-compose.yml"
OURS = "demarc"


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction of a Dockerfile, its lines joined."""

    name: str
    said: str

    @property
    def words(self) -> list[str]:
        """Its words: the members of its JSON array, or those that a shell would see."""
        return json.loads(self.said) if self.said.startswith("[") else shlex.split(self.said)


def stages() -> list[list[Step]]:
    """Return the stages of the Dockerfile, each from its FROM on."""
    lines = [line for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines() if not line.startswith("#")]
    found: list[list[Step]] = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, said = line.strip().partition(" ")
        if name == "FROM":
            found.append([])
        if name:
            found[-1].append(Step(name, said.strip()))
    return found


@dataclass(frozen=True, slots=True)
class Container:
    """One container of ours, wherever it runs."""

    where: str
    arguments: Sequence[str]
    environment: Mapping[str, str | None]
    program: str = OURS
    image: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


def documents(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every document of the YAML files below *folder*, with where it stands."""
    for file in sorted(folder.rglob("*.yaml")):
        for document in yaml.safe_load_all(file.read_text("utf-8")):
            yield f"{file.relative_to(ROOT)}:{document.get('kind')}", document


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text("utf-8")))


def _of_compose() -> Iterator[Container]:
    for name, service in compose()["services"].items():
        if service["image"].startswith("${DEMARC_IMAGE"):
            program = service.get("entrypoint", [OURS])[0]
            yield Container(name, service["command"], service.get("environment", {}), program, service["image"], service)


def pods(document: Any) -> Iterator[dict[str, Any]]:
    """Yield what holds ``containers`` in a document of Kubernetes or Cloud Run, however deep."""
    if isinstance(document, dict):
        if "containers" in document:
            yield document
        for value in document.values():
            yield from pods(value)


def _of_pods(folder: Path) -> Iterator[Container]:
    for where, document in documents(folder):
        for pod in pods(document):
            for each in pod["containers"]:
                environment = {one["name"]: one.get("value") for one in each.get("env", ())}
                yield Container(where, each["args"], environment, OURS, each["image"], each)


def tasks() -> dict[str, dict[str, Any]]:
    """Return the task definitions of ECS by file."""
    return {file.name: json.loads(file.read_text("utf-8")) for file in sorted((DEPLOY / "ecs").glob("*.json"))}


def _of_tasks() -> Iterator[Container]:
    for file, task in tasks().items():
        for each in task["containerDefinitions"]:
            environment = {one["name"]: one["value"] for one in each["environment"]}
            secrets = {one["name"]: None for one in each["secrets"]}
            program = each.get("entryPoint", [OURS])[0]
            yield Container(f"{file}:{each['name']}", each["command"], {**environment, **secrets}, program, each["image"], each)


def containers() -> list[Container]:
    return [*_of_compose(), *_of_pods(KUBERNETES), *_of_pods(DEPLOY / "cloud-run"), *_of_tasks()]
