"""Which checks there are, and how a user picks some."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from scanner.evaluation import registry
from scanner.evaluation.check import Check, check
from scanner.evaluation.registry import Filter, NoSuchCheckError, installed
from scanner.evaluation.runner import Runner
from scanner.model import Kind, Outcome, Severity, passed
from scanner.plugins.compiled import File, files
from scanner.responsibility.split import resolve
from tests.cases import resource


def made(id: str, control: str, severity: Severity, **more: Any) -> Check:
    words: Any = {"title": "Thing is good", "risk": "It breaks.", "fix": "mend {id}"}
    on = id.rpartition(".")[0]
    return check(id, on=on, control=control, severity=severity, **words, **more)(lambda thing: passed())


SHUT = made("test.box.shut", "data.public_exposure", Severity.CRITICAL, cis=("v1:2.1", "v2:3.1"), formerly=("test.box.closed",))
LOCKED = made("test.box.locked", "access.external_trust", Severity.MEDIUM, cis=("v1:2.10",))
LOGGED = made("test.lid.logged", "logging.access_logs", Severity.LOW)
EVERY = (SHUT, LOCKED, LOGGED)


class TestFilter:
    @pytest.mark.parametrize(
        ("wanted", "picked"),
        [
            (Filter(), EVERY),
            (Filter(checks=("test.box.shut",)), (SHUT,)),
            (Filter(checks=("test.box.*",)), (SHUT, LOCKED)),
            (Filter(checks=("test.box.closed",)), (SHUT,)),
            (Filter(checks=("logging",)), (LOGGED,)),
            (Filter(checks=("data.public_exposure", "logging.*")), (SHUT, LOGGED)),
            (Filter(checks=("v1:2.1",)), (SHUT,)),
            (Filter(checks=("v1:2.*",)), (SHUT, LOCKED)),
            (Filter(exclude=("test.box.*",)), (LOGGED,)),
            (Filter(checks=("test.*",), exclude=("access",)), (SHUT, LOGGED)),
            (Filter(min_severity=Severity.MEDIUM), (SHUT, LOCKED)),
            (Filter(checks=("test.lid.*",), min_severity=Severity.HIGH), ()),
        ],
    )
    def test_picks(self, wanted: Filter, picked: tuple[Check, ...]) -> None:
        assert wanted.pick(EVERY) == picked

    @pytest.mark.parametrize("pattern", ["test.bin.*", "TEST.BOX.SHUT", "v1", ""])
    def test_refuses_what_fits_nothing_in_one_line(self, pattern: str) -> None:
        for wanted in (Filter(checks=(pattern,)), Filter(exclude=(pattern,)), Filter(checks=("*", pattern))):
            with pytest.raises(NoSuchCheckError, match=f"no check fits {pattern!r}") as told:
                wanted.pick(EVERY)
            assert "\n" not in str(told.value)


def test_what_is_installed_comes_by_id_once() -> None:
    ids = [each.id for each in installed()]
    assert ids == sorted(set(ids))
    assert ids


def test_what_is_installed_of_one_provider_is_on_its_types() -> None:
    assert {each.provider for each in installed("aws")} == {"aws"}
    assert installed("nobody") == ()


class TestTold:
    """What is told of the checks that are installed, without importing what they need to judge."""

    @pytest.mark.parametrize("provider", ["aws", "azure", "gcp"])
    def test_is_what_they_say_themselves_kept_or_not(self, monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
        def said(check: Check) -> Check:
            return replace(check, judge=passed)

        monkeypatch.setattr(registry, "compiled", lambda _name, _module, make: orjson.loads(orjson.dumps(make())))
        told = registry.told.__wrapped__(provider)
        assert [said(each) for each in told] == [said(each) for each in installed(provider)]

    def test_is_that_of_all_by_id(self) -> None:
        assert [each.id for each in registry.told()] == [each.id for each in installed()]
        assert registry.told("nobody") == ()

    def test_judges_as_the_check_itself_does(self) -> None:
        told = next(each for each in registry.told("aws") if each.id == "aws.sqs.queue.encrypted")
        queue = resource("aws.sqs.queue", attributes={"SqsManagedSseEnabled": "true"})
        assert told(queue) == next(each for each in installed("aws") if each.id == told.id)(queue)
        assert told(queue).outcome is Outcome.PASS


class TestEdition:
    """Verdicts hold only under the program that gave them."""

    def told(self, monkeypatch: pytest.MonkeyPatch, *given: Path) -> str:
        found = [File(str(each), each.stat().st_size, each.stat().st_mtime_ns) for each in given]
        monkeypatch.setattr(registry, "files", lambda _module: found)
        return str(registry.edition.__wrapped__("aws"))

    def test_is_the_same_for_the_same_files(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        file = tmp_path / "check.py"
        file.write_text("one")
        assert self.told(monkeypatch, file) == self.told(monkeypatch, file)

    def test_is_another_for_a_file_that_changed(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        file = tmp_path / "check.py"
        file.write_text("one")
        before = self.told(monkeypatch, file)
        os.utime(file, (1, 1))
        assert self.told(monkeypatch, file) != before

    def test_holds_checks_and_the_split(self) -> None:
        names = {Path(each.path).name for module in ("checks", "scanner") for each in files(module)}
        assert {"s3.py", "services.yaml", "matrix.yaml", "runner.py"} <= names

    def test_of_a_type_depends_on_the_service_that_its_checks_count_for(self) -> None:
        def edition(service: str) -> str:
            kind = Kind("test.box", service, "Box", ("item",), "regional")
            return Runner([SHUT], [kind], resolve, "one").edition("test.box")

        assert edition("aws.s3") == edition("aws.s3") != edition("aws.sqs")
