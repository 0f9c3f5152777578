"""The image as its Dockerfile makes it, and its three programs. That it builds and runs: docs/how-to/container.md."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from scanner.daemon.health import Server, state
from scanner.daemon.plan import read
from tests.deploy.files import DEPLOY, ROOT, Step, stages

IMAGE = DEPLOY / "image"
ENTRY = runpy.run_path(str(IMAGE / "entry.py"))
HEALTHY = runpy.run_path(str(IMAGE / "healthy.py"))
PREPARE = runpy.run_path(str(IMAGE / "prepare.py"))
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; (?P<marker>.+))? \\$", re.MULTILINE)
SECRET = re.compile(r"PASSWORD|TOKEN|SECRET|_KEY")
BUILD, RUN = stages()


def only(name: str, stage: list[Step] = RUN) -> Step:
    (found,) = [step for step in stage if step.name == name]
    return found


def locked(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    return {each["name"]: each["version"] for each in PINNED.finditer(text)}


def run(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {name: value for name, value in os.environ.items() if not name.startswith(("DEMARC_", "PG"))} | environment
    command = [sys.executable, str(IMAGE / program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=given)


def test_both_stages_start_from_one_exact_version() -> None:
    bases = {stage[0].words[0] for stage in (BUILD, RUN)}
    assert len(bases) == 1
    assert re.fullmatch(r"docker\.io/library/python:\d+\.\d+\.\d+-slim-[a-z]+", bases.pop())


def test_it_runs_as_nobody_special_and_without_a_shell() -> None:
    user = only("USER").said
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)  # a number: Kubernetes can tell that it is not root
    after = RUN[RUN.index(only("USER")) :]
    assert not [step for step in after if step.name in {"RUN", "COPY", "ADD"}]
    for name in ("ENTRYPOINT", "CMD"):
        assert only(name).said.startswith("[")
    assert only("HEALTHCHECK").said.partition(" CMD ")[2] == '["demarc-healthy", "9464"]'
    assert "STOPSIGNAL" not in {step.name for step in RUN}  # SIGTERM is what the daemon waits for


def test_the_last_stage_installs_nothing() -> None:
    assert not [step for step in RUN if step.name == "RUN" and re.search(r"\b(pip|apt|apt-get|curl|wget)\b", step.said)]
    assert {step.words[0] for step in RUN if step.name == "COPY"} == {"--from=build"}


def test_nothing_is_installed_without_its_hash() -> None:
    installs = [part for step in BUILD if step.name == "RUN" for part in step.said.split("&&") if " install " in part]
    assert len(installs) == 3
    for each in installs:
        assert "--no-deps" in each
        assert ("--require-hashes" in each and "--only-binary :all:" in each) or "--no-index" in each


def test_no_secret_is_in_a_layer() -> None:
    named = [step for stage in (BUILD, RUN) for step in stage if step.name in {"ENV", "ARG"} and SECRET.search(step.said)]
    assert not named


def test_labels_are_those_of_the_open_container_initiative() -> None:
    labels = dict(word.split("=", 1) for word in only("LABEL").words)
    prefix = "org.opencontainers.image."
    assert {name.removeprefix(prefix) for name in labels} >= {"title", "description", "licenses", "version", "revision"}
    assert all(name.startswith(prefix) for name in labels)
    assert labels[f"{prefix}base.name"] == RUN[0].words[0]


def ignored(path: str) -> bool:
    """Tell whether .dockerignore keeps a file out: the last of its lines that fits decides."""
    out = False
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        parts = [path, *(str(parent) for parent in Path(path).parents)]
        anywhere = "**/" in line and any(fnmatchcase(part, pattern) for part in Path(path).parts)
        if line and not line.startswith("#") and (anywhere or any(fnmatchcase(part, pattern) for part in parts)):
            out = not line.startswith("!")
    return out


@pytest.mark.parametrize(
    "path", [".git/config", "demarc.toml", "demarc.db", ".env", "tests/cases.py", "scanner/__pycache__/a.pyc"]
)
def test_what_is_no_part_of_the_image_is_not_sent(path: str) -> None:
    assert ignored(path)


def test_what_the_image_is_made_of_is_sent() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    copied = [word for stage in (BUILD, RUN) for step in stage if step.name == "COPY" for word in step.words[:-1]]
    files = [word for word in copied if not word.startswith(("--", "/", "."))]
    needed = [*files, "README.md", "LICENSE", "pyproject.toml", *(f"{package}/__init__.py" for package in packages)]
    assert [path for path in needed if ignored(path) or not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", ["runtime.lock", "build.lock"])
def test_locks_hold_hashes_and_name_no_index(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert text.count("--hash=sha256:") > len(locked(name)) > 0
    assert len(locked(name)) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE))


def test_the_image_has_what_development_has() -> None:
    """When this fails: `make lock`."""
    runtime, development = locked("runtime.lock"), locked("dev.lock")
    assert {name: version for name, version in runtime.items() if development.get(name) != version} == {}
    assert not {"pytest", "moto", "hypothesis", "ruff"} & set(runtime)


def test_the_image_has_every_extra_that_runs_in_it() -> None:
    (extras,) = re.findall(r"^RUNTIME = (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(each for extra in extras.split() for each in optional[extra])]
    names = {re.split(r"[\[<>=; ]", each)[0] for each in wanted}
    assert names <= set(locked("runtime.lock"))
    assert {"aws", "azure", "gcp", "postgres", "web", "daemon"} <= set(extras.split())


def test_secrets_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("let me in\n")
    environment = {"PGPASSWORD_FILE": str(tmp_path / "password"), "AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}
    ENTRY["reveal"](environment)
    assert environment == {"PGPASSWORD": "let me in", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}


def test_a_secret_that_is_given_goes_before_its_file(tmp_path: Path) -> None:
    environment = {"DEMARC_SERVE_TOKEN": "given", "DEMARC_SERVE_TOKEN_FILE": str(tmp_path / "none")}
    ENTRY["reveal"](environment)
    assert environment == {"DEMARC_SERVE_TOKEN": "given"}


def test_a_secret_that_can_not_be_read_ends_it_in_one_line(tmp_path: Path) -> None:
    done = run("entry.py", "--version", PGPASSWORD_FILE=str(tmp_path / "none"))
    assert done.returncode == 1
    assert done.stderr == f"demarc: the secret {tmp_path / 'none'} can't be read: No such file or directory\n"


def test_it_is_demarc(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("x")
    done = run("entry.py", "--version", PGPASSWORD_FILE=str(tmp_path / "password"))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize(("said", "code"), [("", 0), ("stuck", 1)])
def test_health_is_what_the_daemon_says(said: str, code: int) -> None:
    server = Server("127.0.0.1:0", {"/healthz": state(lambda: said)})
    try:
        assert HEALTHY["main"]([str(server.port)]) == code
    finally:
        server.close()
    assert HEALTHY["main"]([str(server.port)]) == 1  # nobody is there


def prepared(tmp_path: Path, **environment: str) -> int:
    for folder in ("database", "dashboard", "data"):
        (tmp_path / folder).mkdir(exist_ok=True)
    return int(PREPARE["main"](environment, tmp_path, tmp_path / "data"))


def test_secrets_are_made_once_and_only_where_there_is_a_place_for_them(tmp_path: Path) -> None:
    assert prepared(tmp_path, AWS_PROFILE="x") == 0
    files = sorted(str(file.relative_to(tmp_path)) for file in tmp_path.glob("da*/*") if file.parent.name != "data")
    assert files == ["dashboard/session-key", "dashboard/token", "database/password"]
    made = [(tmp_path / file).read_text() for file in files]
    assert len(set(made)) == 3
    assert all(re.fullmatch(r"[0-9a-f]{64}\n", each) for each in made)
    assert prepared(tmp_path, AWS_PROFILE="x") == 0
    assert [(tmp_path / file).read_text() for file in files] == made


@pytest.mark.parametrize(
    ("given", "clouds"),
    [
        ({"AWS_ACCESS_KEY_ID": "x"}, {"aws"}),
        ({"AZURE_CLIENT_ID": "x", "AWS_PROFILE": ""}, {"azure"}),
        ({"GOOGLE_APPLICATION_CREDENTIALS": "x", "AWS_PROFILE": "x"}, {"aws", "gcp"}),
    ],
)
def test_what_there_are_credentials_of_is_scanned(tmp_path: Path, given: dict[str, str], clouds: set[str]) -> None:
    assert prepared(tmp_path, **given) == 0
    (schedule,) = read(tmp_path / "data" / "demarc.toml", {}).schedules
    assert {provider for provider, _ in schedule.targets} == clouds


def test_a_configuration_that_is_given_is_taken(tmp_path: Path) -> None:
    (task,) = [each for each in given_configurations() if each]
    assert prepared(tmp_path, DEMARC_TOML=task) == 0
    assert read(tmp_path / "data" / "demarc.toml", {}).schedules[0].name == "nightly"


def given_configurations() -> list[Any]:
    from tests.deploy.files import containers  # noqa: PLC0415

    return [each.environment["DEMARC_TOML"] for each in containers() if "DEMARC_TOML" in each.environment]


def test_one_of_yours_stays_and_one_that_it_made_is_made_anew(tmp_path: Path) -> None:
    assert prepared(tmp_path, AWS_PROFILE="x") == 0
    assert prepared(tmp_path, AZURE_CLIENT_ID="x") == 0
    file = tmp_path / "data" / "demarc.toml"
    assert '["azure"]' in file.read_text()
    file.unlink()
    file.write_text("# mine\n")
    assert prepared(tmp_path, AWS_PROFILE="x") == 0
    assert file.read_text() == "# mine\n"


def test_without_credentials_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert prepared(tmp_path) == 1
    assert "no cloud credentials are in the environment" in capsys.readouterr().err
    assert not (tmp_path / "data" / "demarc.toml").exists()
