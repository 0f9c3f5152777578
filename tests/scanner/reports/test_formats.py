"""Every format is valid by its own schema, says what it knows and no more, and streams."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from scanner.cli.reporting import NAMES
from scanner.reports import safe
from scanner.reports.formats import FORMATS
from scanner.reports.formats.asff import TYPES
from scanner.reports.formats.common import cut
from tests.scanner.reports.made import CHECK, NOW, Row, accepted, cell, report, row, written
from tests.scanner.reports.valid import READERS, importing

EVERY = (row("fail"), row("pass", resource_id="two"), row("unknown", resource_id="three"), row("closed", resource_id="four"))
OF_FINDINGS = sorted(FORMATS.keys() - {"oscal-crm", "prometheus", "schema", "markdown"})


def test_the_command_line_knows_the_formats() -> None:
    assert tuple(FORMATS) == NAMES
    assert READERS.keys() == FORMATS.keys()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "rows", [(), EVERY, (*EVERY, accepted(resource_id="five"))], ids=["nothing", "each status", "accepted"]
)
def test_a_format_is_valid(form: str, rows: tuple[Row, ...]) -> None:
    READERS[form](written(form, *rows))


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_is_valid_when_nothing_was_ever_looked_at(form: str) -> None:
    READERS[form](written(form, looks=[], scores=[], cells=[], blind=[], checks={}, frameworks={}))


def test_junit_is_in_error_where_nobody_looked() -> None:
    never = READERS["junit"](written("junit", looks=[]))
    assert (never.attrib["tests"], never.attrib["errors"]) == ("1", "1")
    looks = [{**report().looks[0], "status": status} for status in ("failed", "interrupted", "partial", "complete")]
    read = READERS["junit"](written("junit", row("fail"), looks=looks))
    assert (read.attrib["tests"], read.attrib["failures"], read.attrib["errors"]) == ("3", "1", "2")
    said = [each.attrib["message"] for each in read.iter("error")]
    assert said == [f"the newest look at the account: {status}" for status in ("failed", "interrupted")]


@pytest.mark.parametrize("form", FORMATS)
def test_a_check_that_this_version_has_no_more_is_still_reported(form: str) -> None:
    READERS[form](written(form, row("fail", check_id="aws.gone.check"), row("unknown", check_id="aws.gone.check")))


STATUS: dict[str, Callable[[Any], str]] = {
    "json": lambda read: read["findings"][0]["status"],
    "jsonl": lambda read: read[0]["status"],
    "csv": lambda read: read[0]["status"],
    "ocsf": lambda read: f"{read[0]['status']}/{read[0]['compliance']['status']}",
    "sarif": lambda read: read["runs"][0]["results"][0]["kind"],
    "asff": lambda read: read[0]["Compliance"]["Status"],
    "junit": lambda read: next((each.tag for each in read.find(".//testcase")), "passed"),
    "oscal": lambda read: f"{read['results'][0]['findings'][0]['target']['status']['state']}",
    "prometheus": lambda read: next(each.labels["status"] for each in read if each.name == "demarc_findings"),
}
SAID = {
    "json": ("pass", "fail", "unknown", "closed", "fail"),
    "jsonl": ("pass", "fail", "unknown", "closed", "fail"),
    "csv": ("pass", "fail", "unknown", "closed", "fail"),
    "ocsf": ("holds/Pass", "New/Fail", "Unknown/Unknown", "Archived/closed", "Suppressed/Fail"),
    "sarif": ("pass", "fail", "open", "notApplicable", "fail"),
    "asff": ("PASSED", "FAILED", "WARNING", "NOT_AVAILABLE", "FAILED"),
    "junit": ("passed", "failure", "error", "skipped", "skipped"),
    "oscal": ("satisfied", "not-satisfied", "not-satisfied", "not-satisfied", "not-satisfied"),
    "prometheus": ("pass", "fail", "unknown", "closed", "accepted"),
}


@pytest.mark.parametrize("form", SAID)
def test_a_status_is_said_as_the_documentation_has_it(form: str) -> None:
    given = (row("pass"), row("fail"), row("unknown"), row("closed"), accepted())
    assert tuple(STATUS[form](READERS[form](written(form, each))) for each in given) == SAID[form]


@pytest.mark.parametrize("form", SAID)
def test_unknown_is_never_pass(form: str) -> None:
    good, _, unseen, *_ = SAID[form]
    assert STATUS[form](READERS[form](written(form, row("unknown")))) == unseen != good


def test_one_unknown_among_passes_satisfies_no_control() -> None:
    found = READERS["oscal"](written("oscal", row("pass"), row("unknown", resource_id="two")))["results"][0]["findings"][0]
    assert found["target"]["status"] == {"state": "not-satisfied", "reason": "other", "remarks": "1 pass, 1 unknown"}


def test_an_accepted_failure_is_suppressed_with_its_reason() -> None:
    said = "accepted by Ada until 2026-12-26: test data"
    (event,) = READERS["ocsf"](written("ocsf", accepted()))
    assert (event["status_id"], event["status_detail"]) == (3, said)
    (result,) = READERS["sarif"](written("sarif", accepted()))["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "external", "status": "accepted", "justification": said}]
    (finding,) = READERS["asff"](written("asff", accepted()))
    assert (finding["Workflow"], finding["Note"]["Text"]) == ({"Status": "SUPPRESSED"}, said)
    assert READERS["junit"](written("junit", accepted())).find(".//skipped").attrib["message"] == said


def test_a_failure_that_passes_again_is_resolved() -> None:
    fixed = row("pass", opened_at=NOW - timedelta(days=3), resolved_at=NOW)
    (event,) = READERS["ocsf"](written("ocsf", fixed))
    assert (event["status_id"], event["compliance"]["status_id"]) == (4, 1)
    (finding,) = READERS["asff"](written("asff", fixed))
    assert finding["Workflow"] == {"Status": "RESOLVED"}


def test_own_json_says_what_each_finding_needs() -> None:
    (found,) = READERS["jsonl"](written("jsonl", row()))
    assert found["frameworks"] == {"nist-800-53-r5": ["SC-28"], "pci-dss-4.0": ["3.5.1", "3.6.1"]}
    assert found["fix"] == "aws s3api put-bucket-encryption --bucket one"
    assert (found["title"], found["cis"], found["owner"]) == (CHECK.title, ["v7:3.1.1"], "customer")
    whole = READERS["json"](written("json", row()))
    assert whole["findings"] == [found]
    assert (whole["scores"][0]["floor"], whole["scores"][0]["coverage"], whole["scores"][0]["ceiling"]) == (0.5, 0.8, 0.7)


def test_every_field_of_own_json_is_in_its_schema() -> None:
    defined = json.loads(written("schema"))["$defs"]
    whole = READERS["json"](written("json", row()))
    held = {"report": whole, "finding": whole["findings"][0], "look": whole["looks"][0], "score": whole["scores"][0]}
    held |= {"cell": whole["cells"][0], "blind_spot": whole["blind_spots"][0], "check": whole["checks"][0]}
    assert {name: set(each) for name, each in held.items()} == {name: set(each["properties"]) for name, each in defined.items()}


def test_security_hub_gets_each_account_and_region_apart_and_no_other_cloud() -> None:
    places = [("1" * 12, "eu-west-1"), ("1" * 12, "global"), ("2" * 12, "cn-north-1")]
    rows = [row("fail", account_id=account, region=region) for account, region in places for _ in range(120)]
    text = written("asff", *rows, row("fail", provider="gcp", account_id="project"))
    assert [len(json.loads(line)["Findings"]) for line in text.splitlines()] == [100, 20, 100, 20, 100, 20]
    arns = dict.fromkeys(each["ProductArn"] for each in READERS["asff"](text))
    assert list(arns) == [
        "arn:aws:securityhub:eu-west-1:111111111111:product/111111111111/default",
        "arn:aws:securityhub:us-east-1:111111111111:product/111111111111/default",
        "arn:aws-cn:securityhub:cn-north-1:222222222222:product/222222222222/default",
    ]


def test_security_hub_knows_the_types_that_it_is_given() -> None:
    details = importing().members["Findings"].member.members["Resources"].member.members["Details"].members
    unknown_to_details = {"AwsAccount"}  # a resource of an account: Security Hub's own findings use it
    assert set(TYPES.values()) - unknown_to_details <= set(details)


def test_a_rule_is_told_of_once_however_many_results_it_has() -> None:
    run = READERS["sarif"](written("sarif", *(row("fail", resource_id=str(number)) for number in range(3))))["runs"][0]
    assert [each["id"] for each in run["tool"]["driver"]["rules"]] == [CHECK.id]
    assert run["tool"]["driver"]["rules"][0]["properties"]["security-severity"] == "8.0"
    assert len({each["fingerprints"]["demarc/v1"] for each in run["results"]}) == 3
    assert run["invocations"][0]["toolExecutionNotifications"][0]["descriptor"] == {"id": "denied"}


def test_no_name_becomes_a_link_in_sarif() -> None:
    said = written("sarif", row("fail", reason="[click](https://evil.example)", resource_name="[x](1)"))
    (result,) = READERS["sarif"](said)["runs"][0]["results"]
    assert "click" in result["message"]["text"]
    assert "](" not in result["message"]["text"]


def test_where_nothing_was_looked_at_nothing_is_said_to_be_well() -> None:
    (run,) = READERS["sarif"](written("sarif", looks=[]))["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False
    text = written("markdown", looks=[], scores=[], cells=[], blind=[])
    assert text.count("No account was ever looked at.") == 2
    assert "Nothing" not in text


def test_accounts_of_two_clouds_with_one_id_have_looks_of_their_own() -> None:
    (look,), (score,) = report().looks, report().scores
    said = written(
        "markdown",
        looks=[{**look, "provider": "aws", "status": "complete"}, {**look, "provider": "gcp", "status": "failed"}],
        scores=[{**score, "provider": "aws"}, {**score, "provider": "gcp"}],
    )
    assert [line.split("|")[-2].strip() for line in said.splitlines()[4:6]] == ["complete", "failed"]


def test_the_matrix_says_who_does_what() -> None:
    (component,) = READERS["oscal-crm"](written("oscal-crm"))["components"]
    (implementation,) = component["control-implementations"]
    by_area = {each["control-id"]: each for each in implementation["implemented-requirements"]}
    roles = {area: [each["role-id"] for each in found["responsible-roles"]] for area, found in by_area.items()}
    assert roles == {"encryption": ["customer"], "physical": ["provider"]}
    assert by_area["encryption"]["description"] == "Provider: Runs the disks\nCustomer: Turns encryption on"
    assert "partly blind" in {each["value"] for each in by_area["encryption"]["props"]}


@pytest.mark.parametrize(
    ("provider", "said"), [("aws", ("AWS", 10)), ("azure", ("Azure", 13)), ("gcp", ("GCP", 11)), ("other", ("other", 99))]
)
def test_every_cloud_has_its_name_in_ocsf(provider: str, said: tuple[str, int]) -> None:
    (event,) = READERS["ocsf"](written("ocsf", row("fail", provider=provider)))
    assert (event["cloud"]["provider"], event["cloud"]["account"]["type_id"]) == said


def test_numbers_for_prometheus() -> None:
    samples = {
        (each.name, *sorted(each.labels.values())): each.value for each in READERS["prometheus"](written("prometheus", row()))
    }
    assert samples["demarc_findings", "111111111111", "aws", "encryption", "fail", "high"] == 1
    assert samples["demarc_score_floor_ratio", "111111111111", "aws"] == 0.5
    assert samples["demarc_coverage_ratio", "111111111111", "aws"] == 0.8
    assert samples["demarc_cells", "111111111111", "aws", "customer", "partly blind"] == 1


def test_what_was_not_assessed_has_no_number() -> None:
    score = {"provider": "aws", "account_id": "1", **dict.fromkeys(("expected", "known", "earned"), 0.0)}
    names = {each.name for each in READERS["prometheus"](written("prometheus", scores=[score]))}
    assert "demarc_score_floor_ratio" not in names
    assert "demarc_blind_spots" in names


def test_markdown_stays_short() -> None:
    many = [row("fail", resource_id=f"bucket {number}") for number in range(500)]
    cells = [cell(service=f"aws.s{number}") for number in range(500)]
    text = READERS["markdown"](written("markdown", *many, accepted(), cells=cells, blind=list(report().blind) * 500))
    assert len(text.splitlines()) < 80
    assert "| high | aws.s3.bucket.encrypted | Bucket is encrypted | 500 | 1 |" in text
    assert "480 more blind spots" in text


@pytest.mark.parametrize("form", OF_FINDINGS)
def test_nothing_is_read_ahead_of_what_is_written(form: str) -> None:
    taken: list[int] = []

    def rows() -> Iterator[Row]:
        for number in range(1000):
            taken.append(number)
            yield row("fail", resource_id=f"arn:aws:s3:::{number}")

    made = report(findings=rows(), count=lambda by: [{name: row().get(name, 0) for name in by} | {"findings": 1000}])
    ahead = 101  # findings of one request to Security Hub, and the one that ends it
    for number, _ in enumerate(FORMATS[form].write(made)):
        assert len(taken) <= (number + 2) * ahead
    assert len(taken) == 1000


def test_a_long_text_is_cut_so_that_different_ones_stay_different() -> None:
    assert cut("short", 20) == "short"
    one, other = cut("x" * 5000 + "1", 64), cut("x" * 5000 + "2", 64)
    assert len(one) == len(other) == 64
    assert one != other


HOSTILE = {
    "markup": "<script>alert('1')</script>",
    "formula": '=HYPERLINK("http://evil","x")',
    "escapes": "\x1b[31mred\x1b]8;;http://evil\x07",
    "long": "n" * 4096,
    "right to left": "exe\u202etxt.\u2066x\u2069",
    "nul": "a\x00b",
    "lines": "one\r\ntwo\tthree\u2028four",
    "table": "a|b`c`[link](http://evil)\\",
    "quotes": "\"'&]]><![CDATA[ {name} %s",
    "blank": "  ",
    "others": "日本語 🙂 \u0301",
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", HOSTILE)
def test_strangers_text_does_no_harm_and_breaks_nothing(form: str, name: str) -> None:
    text = HOSTILE[name]
    places = ("resource_id", "resource_name", "reason", "operation", "permission", "account_id")
    given = {**dict.fromkeys(places, text), "evidence": {text: text}}
    said = {"accepted_by": text, "accepted_because": text}
    written_out = written(
        form,
        row("fail", **given),
        row("unknown", **given),
        row("pass", **given),
        accepted(**given, **said),
        looks=[{**report().looks[0], "account_name": text, "account_id": text}],
        scores=[{**report().scores[0], "account_id": text}],
        cells=[cell(account_id=text)],
        blind=[{**report().blind[0], "operation": text, "permission": text, "account_id": text}],
    )
    READERS[form](written_out)
    shown = written_out.replace("\r\n", "\n").replace("\n", "")
    acting = safe.CONTROLS.findall(shown)
    allowed = set("\r\t\u2028\u202e\u2066\u2069") if form == "csv" else set()  # a cell of a spreadsheet may hold them
    assert set(acting) <= allowed
    if form in ("junit", "markdown"):
        assert "<script" not in written_out
    if form == "csv":
        cells = [each for line in READERS["csv"](written_out) for each in line.values()]
        assert not [each for each in cells if each.lstrip(" ").startswith(safe.FORMULA)]


@pytest.mark.parametrize("name", HOSTILE)
def test_own_json_and_ocsf_keep_a_name_as_it_is(name: str) -> None:
    found = row("fail", resource_id=HOSTILE[name])
    assert READERS["jsonl"](written("jsonl", found))[0]["resource_id"] == HOSTILE[name]
    assert READERS["ocsf"](written("ocsf", found))[0]["resources"][0]["uid"] == HOSTILE[name]
