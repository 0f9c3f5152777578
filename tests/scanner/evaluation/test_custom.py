"""Checks of a user's own: where they are found, the rules that they keep, and what is told of those that can't be used."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import yaml

from scanner import provider
from scanner.evaluation import custom, registry
from scanner.evaluation.custom import CustomCheckError, Source, template, testing
from scanner.evaluation.custom.testing import Tried
from scanner.evaluation.registry import edition, installed, shipped
from scanner.model import Kind, Outcome, Severity
from scanner.plugins import entry_points

DOC = Path(__file__).parents[3] / "docs" / "how-to" / "custom-checks.md"

GOOD: dict[str, Any] = {
    "id": "aws.sqs.queue.named_well",
    "on": "aws.sqs.queue",
    "control": "governance.ownership",
    "severity": "low",
    "title": "Queue has a good name",
    "risk": "Nobody finds it.",
    "fix": "rename {id}",
    "pass": 'item.QueueUrl.endsWith("-queue")',
    "cases": [
        {"pass": {"item": {"QueueUrl": "a-queue"}}},
        {"fail": {"item": {"QueueUrl": "q"}}},
        {"unknown": {}},
    ],
}

PYTHON = """\
from scanner.evaluation.check import check
from scanner.model import Severity, passed

@check(
    "{id}", on="aws.sqs.queue", control="data.retention", severity=Severity.LOW,
    title="Queue is fine", risk="X.", fix="mend it"
)
def fine(queue):
    return passed() if queue["attributes"] else None
"""


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Let no other test meet these checks."""
    yield
    registry.include(())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "own"
    place.mkdir()
    return place


def write(folder: Path, *checks: dict[str, Any], name: str = "checks.yaml") -> Path:
    file = folder / name
    file.write_text(yaml.safe_dump({"checks": list(checks)}, sort_keys=False), "utf-8")
    return file


def tried(folder: Path) -> Tried:
    return testing.tested([Source(folder)], shipped())


def refusal(folder: Path) -> str:
    """Return what a command that needs the checks is told, which is one line."""
    registry.include([folder])
    with pytest.raises(CustomCheckError) as told:
        installed("aws")
    assert "\n" not in str(told.value)
    return str(told.value)


class TestWhereTheyAreFound:
    def test_they_count_among_the_installed_of_their_provider(self, folder: Path) -> None:
        write(folder, GOOD)
        registry.include([folder])
        (found,) = set(installed("aws")) - set(shipped("aws"))
        assert (found.id, found.severity, found.local) == (GOOD["id"], Severity.LOW, True)
        assert found in installed()
        assert installed("gcp") == shipped("gcp")
        assert [each.id for each in installed("aws")] == sorted(each.id for each in installed("aws"))

    def test_python_and_yaml_at_any_depth_but_nothing_hidden_and_no_cases(self, folder: Path) -> None:
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / ".venv").mkdir()
        (folder / "deep" / "er" / "one.py").write_text(PYTHON.format(id="aws.sqs.queue.one"))
        (folder / "two.py").write_text("from .deep.er.one import fine\n" + PYTHON.format(id="aws.sqs.queue.two"))
        (folder / "cases_two.py").write_text("1 / 0")
        (folder / ".venv" / "three.py").write_text("1 / 0")
        write(folder / "deep", GOOD, name="four.yml")
        found = custom.load((Source(folder),)).definitions
        assert {each.check.id for each in found} == {"aws.sqs.queue.one", "aws.sqs.queue.two", GOOD["id"]}
        places = {each.check.id: (each.file.name, each.line) for each in found}
        assert places["aws.sqs.queue.one"] == ("one.py", 4)

    def test_none_are_left_when_the_folder_is_no_longer_named(self, folder: Path) -> None:
        write(folder, GOOD)
        registry.include([folder])
        assert installed("aws") != shipped("aws")
        registry.include(())
        assert installed("aws") == shipped("aws")

    def test_nothing_is_written_into_the_folder(self, folder: Path) -> None:
        (folder / "one.py").write_text(PYTHON.format(id="aws.sqs.queue.one"))
        custom.load((Source(folder),))
        assert [each.name for each in folder.iterdir()] == ["one.py"]

    def test_a_package_is_found_by_its_entry_point(
        self, folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        package = folder / "acme_checks_under_test"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "one.py").write_text(PYTHON.format(id="aws.sqs.queue.one"))
        write(package, GOOD)
        monkeypatch.syspath_prepend(folder)
        point, declared = EntryPoint("acme", package.name, registry.CUSTOM), entry_points
        monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == registry.CUSTOM else declared(group))
        before = edition("aws")
        registry.include([tmp_path_factory.mktemp("none")])  # asks anew
        assert {each.id for each in set(installed("aws")) - set(shipped("aws"))} == {"aws.sqs.queue.one", GOOD["id"]}
        assert edition("aws") != before
        assert f"{package.name}.one" in sys.modules

    @pytest.mark.parametrize("value", ["nonesuch_package", "json:loads", "json.decoder"])
    def test_an_entry_point_that_names_no_package(self, value: str) -> None:
        with pytest.raises(CustomCheckError, match=rf"^{re.escape(value)}: "):
            custom.packages([EntryPoint("acme", value, registry.CUSTOM)])

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert refusal(tmp_path / "nowhere").endswith("nowhere: custom_checks names a folder, and there is none here")

    def test_who_has_none_does_not_pay_for_cel(self) -> None:
        code = "import sys; from scanner.evaluation.registry import installed; installed('aws'); sys.exit('cel' in sys.modules)"
        code += " or 'scanner.evaluation.custom' in sys.modules"
        assert os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-c", code) == 0


class TestEdition:
    """Verdicts that were given hold under the files that gave them."""

    def told(self, folder: Path) -> str:
        registry.include([folder])
        return edition("aws")

    def test_is_another_with_custom_checks(self, folder: Path) -> None:
        before = edition("aws")
        write(folder, GOOD)
        assert self.told(folder) != before
        registry.include(())
        assert edition("aws") == before

    @pytest.mark.parametrize("name", ["checks.yaml", "helper.py", "deep/data.yml"])
    def test_is_another_for_a_file_that_says_something_else(self, folder: Path, name: str) -> None:
        write(folder, GOOD)
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("# one\n")
        before = self.told(folder)
        assert self.told(folder) == before
        times = (folder / name).stat()
        (folder / name).write_text("# two\n")
        os.utime(folder / name, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert self.told(folder) != before

    def test_what_changed_is_imported_anew(self, folder: Path) -> None:
        for name in ("one", "two"):
            (folder / "own.py").write_text(PYTHON.format(id=f"aws.sqs.queue.{name}"))
            registry.include([folder])
            assert f"aws.sqs.queue.{name}" in {each.id for each in installed("aws")}


BROKEN: list[tuple[dict[str, Any], int, str]] = [
    ({"id": "aws.sqs.queue.encrypted"}, 2, "'aws.sqs.queue.encrypted' is the id of a check that is installed; choose another"),
    ({"formerly": ["aws.sqs.queue.encrypted"]}, 2, "'aws.sqs.queue.encrypted' is the id of a check that is installed"),
    ({"id": "acme.named"}, 2, "the id begins with the type"),
    ({"id": "aws.sqs.queue.Named Well"}, 2, "the id begins with the type, and ends in a name of small letters"),
    ({"on": "aws.sqs.queues", "id": "aws.sqs.queues.x"}, 2, "there is no type 'aws.sqs.queues'; did you mean 'aws.sqs.queue'?"),
    ({"on": "acme.box", "id": "acme.box.x"}, 2, "there is no provider 'acme'; there are aws, azure, gcp"),
    ({"control": "encryption.at_rst"}, 2, "there is no 'encryption.at_rst'; did you mean 'encryption.at_rest'?"),
    ({"control": "guest_os.patching"}, 2, "guest_os of aws.sqs is the provider's"),
    ({"service": "aws.sqss"}, 2, "service: the split has no 'aws.sqss'; did you mean 'aws.sqs'?"),
    ({"title": "Ensure that it is named"}, 2, "leave out Ensure"),
    ({"title": "x" * 71}, 2, "the title has 1 to 70 characters"),
    ({"risk": "bad"}, 2, "the risk is a sentence"),
    ({"cis": ["3.1.4"]}, 2, "cis names an edition"),
    ({"pass": "itm.a == 1"}, 2, "aws.sqs.queue has no fact 'itm'; it has item, attributes"),
    ({"pass": "[1].all(item, item == 1)"}, 2, "a loop calls its variable 'item', which is a fact"),
    ({"severity": "lowest"}, 5, "there is no severity 'lowest'; there are informational, low"),
    ({"title": 7}, 6, "title is a text"),
    ({"fix": ""}, 8, "fix is a text"),
    ({"version": 0}, 18, "version is a number, from 1 on"),
    ({"pass": "item.a =="}, 9, "pass: this is no CEL expression"),
    ({"when": "item.a == 1 && (true"}, 18, "when: this is no CEL expression"),
    ({"cases": [{"passes": {}}]}, 11, "a case has an unknown key 'passes'"),
    ({"cases": [{"pass": {}, "fail": {}}]}, 11, "a case has one of pass, fail, unknown, skip"),
    ({"cases": [{"pass": {}, "now": "soon"}]}, 12, "now is a time"),
    ({"cases": "none"}, 10, "cases is a list"),
    ({"grade": "low"}, 18, "a check has an unknown key 'grade'"),
    ({"risk": None}, 7, "risk is a text"),
]


class TestRules:
    @pytest.mark.parametrize(("change", "line", "what"), BROKEN, ids=[what for _, _, what in BROKEN])
    def test_what_breaks_one_is_told_with_file_and_line(
        self, folder: Path, change: dict[str, Any], line: int, what: str
    ) -> None:
        file = write(folder, {**GOOD, **change})
        said = refusal(folder)
        assert said.startswith(f"{file}:{line}: ")
        assert what in said
        assert said in tried(folder).problems

    @pytest.mark.parametrize("name", ["id", "on", "control", "severity", "title", "risk", "fix", "pass"])
    def test_what_is_missing(self, folder: Path, name: str) -> None:
        file = write(folder, {key: value for key, value in GOOD.items() if key != name})
        assert refusal(folder).startswith(f"{file}:2: the check has no {name}; it needs ")

    def test_two_of_the_same_id(self, folder: Path) -> None:
        one, two = write(folder, GOOD, name="one.yaml"), write(folder, GOOD, name="two.yaml")
        assert refusal(folder) == f"{two}:2: {GOOD['id']}: '{GOOD['id']}' is the id of the check at {one}:2; choose another"

    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            ("checks: [", 1, "isn't YAML"),
            ("checks:\n  - id: [a\n  b: c", 3, "isn't YAML"),
            ("- a", 1, "the file is a mapping"),
            ("check: []", 1, "unknown key 'check'; there are checks"),
            ("{}", 1, "the file has no checks"),
            ("checks: {}", 1, "checks is a list"),
            ("checks:\n  - aws", 2, "a check is a mapping"),
            ("checks:\n  - id: a\n    id: b", 3, "has the key 'id' twice"),
            ("checks:\n  - [a]: b", 2, "a key that is no name"),
            ("\x00", 1, "isn't YAML"),
            ("checks:\n  - id: !!python/object:os.system x", 2, "it needs"),
        ],
    )
    def test_what_is_no_file_of_checks(self, folder: Path, text: str, line: int, what: str) -> None:
        file = folder / "checks.yaml"
        file.write_text(text)
        said = refusal(folder)
        assert said.startswith(f"{file}:{line}: ")
        assert what in said

    def test_the_line_of_a_long_expression(self, folder: Path) -> None:
        block = "|\n      item.a == 1\n      && (\n      true"
        text = yaml.safe_dump({"checks": [{**GOOD, "pass": "PASS"}]}, sort_keys=False).replace("PASS", block)
        (folder / "checks.yaml").write_text(text)
        assert refusal(folder).startswith(f"{folder / 'checks.yaml'}:12: pass: this is no CEL expression: ")

    def test_a_file_that_is_not_text(self, folder: Path) -> None:
        (folder / "checks.yaml").write_bytes(b"\xff\xfe\x00")
        assert "isn't UTF-8" in refusal(folder)

    def test_an_empty_file_holds_nothing(self, folder: Path) -> None:
        (folder / "checks.yaml").write_text("# later\n")
        assert custom.load((Source(folder),)).definitions == ()

    def test_scalars_are_read_as_json_has_them(self, folder: Path) -> None:
        text = yaml.safe_dump({"checks": [GOOD]}).replace(
            "QueueUrl: q", "QueueUrl: {a: no, b: 2026-01-01, c: 012, d: 1.5, e: null}"
        )
        (folder / "checks.yaml").write_text(text)
        (found,) = custom.load((Source(folder),)).definitions
        assert found.cases[1].resource["item"]["QueueUrl"] == {"a": "no", "b": "2026-01-01", "c": "012", "d": 1.5, "e": None}


class TestPythonThatIsWrong:
    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            ("x = 1\ndef (:\n", 2, "this isn't Python: invalid syntax"),
            ("\n\n1 / 0\n", 3, "the file can't be imported: ZeroDivisionError: division by zero"),
            ("import nonesuch_module\n", 1, "ModuleNotFoundError: No module named 'nonesuch_module'"),
            ("import sys\nsys.exit(3)\n", 2, "SystemExit: 3"),
            ("raise ValueError('two\\nlines')\n", 1, "ValueError: two"),
            (PYTHON.format(id="aws.sqs.queue.x").replace('fix="mend it"', ""), 4, "missing 1 required"),
            (PYTHON.format(id="aws.sqs.queue.x").replace("Severity.LOW", '"low"'), 4, "severity is a Severity"),
            (PYTHON.format(id="aws.sqs.queue.x").replace('"mend it"', "None"), 4, "fix is a str"),
            (PYTHON.format(id="aws.sqs.queue.x").replace("fine(queue)", "fine(queue, cloud)"), 4, "takes the resource"),
            (
                PYTHON.format(id="aws.sqs.queue.x").replace("data.retention", "data.retntion"),
                4,
                "did you mean 'data.retention'?",
            ),
        ],
    )
    def test_is_told_with_file_and_line(self, folder: Path, text: str, line: int, what: str) -> None:
        file = folder / "own.py"
        file.write_text(text)
        said = refusal(folder)
        assert said.startswith(f"{file}:{line}: ")
        assert what in said
        assert said in tried(folder).problems

    @pytest.mark.parametrize("text", ["", "CASES = 7\n", "CASES = ['a']\n"])
    def test_a_file_of_cases_without_any(self, folder: Path, text: str) -> None:
        (folder / "own.py").write_text(PYTHON.format(id="aws.sqs.queue.x"))
        file = folder / "cases_own.py"
        file.write_text(text)
        assert any(each.startswith(f"{file}:1: a file of cases has CASES") for each in tried(folder).problems)


class TestCases:
    def test_what_is_right_has_no_problem(self, folder: Path) -> None:
        write(folder, GOOD)
        assert tried(folder) == Tried(1, 3, [])

    @pytest.mark.parametrize(
        ("cases", "problem"),
        [
            (
                [{"pass": {"item": {"QueueUrl": "q"}}}],
                ":11: aws.sqs.queue.named_well: should be pass, is fail: not so: Queue has",
            ),
            ([{"fail": {"item": {"QueueUrl": "a-queue"}}}], ":11: aws.sqs.queue.named_well: should be fail, is pass"),
            ([{"pass": {}}], ":11: aws.sqs.queue.named_well: should be pass, is unknown: aws.sqs.queue item could not be read"),
            ([{"unknown": {"item": {}}}], ":11: aws.sqs.queue.named_well: unknown for an error"),
            ([], ":2: aws.sqs.queue.named_well: it has no case that should pass; add one"),
            ([{"pass": {"item": {"QueueUrl": "a-queue"}}}], ":2: aws.sqs.queue.named_well: it has no case that should fail"),
        ],
    )
    def test_what_is_wrong_is_told(self, folder: Path, cases: list[dict[str, Any]], problem: str) -> None:
        file = write(folder, {**GOOD, "cases": cases})
        assert any(each.startswith(f"{file}{problem}") for each in tried(folder).problems)

    def test_a_check_that_decides_what_nobody_could_read(self, folder: Path) -> None:
        write(folder, {**GOOD, "pass": 'resource.name != "under-test"'})
        assert any("nothing could be read, and it says pass" in each for each in tried(folder).problems)

    def test_a_case_may_say_where_and_when(self, folder: Path) -> None:
        facts = {"item": {"At": "2026-01-01T00:00:00Z"}}
        own = 'resource.id == "me" && resource.region == "here" && timestamp(item.At) < now'
        where = {"id": "me", "region": "here"}
        cases = [
            {"pass": facts, **where, "now": "2026-02-01T00:00:00Z"},
            {"fail": facts, **where, "now": "2025-01-01T00:00:00Z"},
        ]
        write(folder, {**GOOD, "pass": own, "cases": cases})
        assert tried(folder).problems == []
        (found,) = custom.load((Source(folder),)).definitions
        assert found.check.needs == ("now",)

    def test_one_broken_file_does_not_hide_what_is_wrong_in_others(self, folder: Path) -> None:
        (folder / "a.yaml").write_text("checks: [")
        (folder / "b.py").write_text("1 / 0")
        write(folder, {**GOOD, "cases": []}, name="c.yaml")
        assert len(tried(folder).problems) == 4


KINDS: list[Kind] = [kind for name in provider.names() for kind in provider.load(name).kinds()]


@pytest.mark.parametrize("cloud", provider.names())
def test_every_template_in_yaml_passes_its_test(folder: Path, cloud: str) -> None:
    of_cloud = [kind for kind in KINDS if kind.provider == cloud]
    for kind in of_cloud:
        for name, text in template.files(kind, "as_agreed", "own", yaml=True).items():
            (folder / name).write_text(text)
    said = tried(folder)
    assert said.problems == []
    assert said.checks == len(of_cloud) > 0
    assert said.cases == 4 * said.checks


@pytest.mark.parametrize(
    "type", ["aws.s3.bucket", "aws.iam.policy", "azure.storage.account", "gcp.iam.role", "gcp.storage.bucket"]
)
def test_a_template_in_python_passes_its_test(folder: Path, type: str) -> None:
    (kind,) = (each for each in KINDS if each.type == type)
    texts = template.files(kind, "as_agreed", "own", yaml=False)
    for name, text in texts.items():
        (folder / name).write_text(text)
    assert tried(folder) == Tried(1, 4, [])
    assert all(fact in texts[f"{type}_as_agreed.py".replace(".", "_", type.count("."))] for fact in kind.facts)


def test_the_documentation_is_right(folder: Path) -> None:
    blocks = re.findall(r"```(?:yaml|python)\n# custom-checks/(\S+)\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
    assert [name for name, _ in blocks] == ["buckets.yaml", "queues.py", "cases_queues.py"]
    for name, text in blocks:
        (folder / name).write_text(text)
    assert tried(folder) == Tried(2, 8, [])
    outcomes = {case.outcome for each in custom.load((Source(folder),)).definitions for case in each.cases}
    assert outcomes == set(Outcome)
