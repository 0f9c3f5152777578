"""Frameworks are whole, say only what they may, and a file of somebody's own is taken or refused in one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scanner.evaluation.registry import installed
from scanner.provider import names
from scanner.responsibility.frameworks import Framework, FrameworkError, Requirement, newest, parsed, read, shipped
from scanner.responsibility.split import controls

# How many requirements each has, as its publisher counts them at the granularity that the file states.
WHOLE = {
    "cis-aws-5.0": 63,
    "cis-aws-6.0": 63,
    "cis-aws-7.0": 70,
    "cis-azure-6.0": 127,
    "cis-gcp-4.0": 84,
    "cis-gcp-5.0": 93,
    "csa-ccm-4.0": 197,
    "iso-27001-2022": 93,
    "nist-800-53-r5": 300,
    "nist-csf-2.0": 106,
    "pci-dss-4.0": 205,
    "soc2": 61,
}
# Those that list nothing but what our checks test, and say so.
IN_PART = {"aws-security-hub", "cis-aks-1", "cis-azure-3", "cis-gke-1.6"}
BY_CONTROL = ("csa-ccm-4.0", "iso-27001-2022", "nist-800-53-r5", "nist-csf-2.0", "pci-dss-4.0", "soc2")
DOMAINS = {  # how many controls each domain, family or function has
    "csa-ccm-4.0": "A&A 6 AIS 7 BCR 11 CCC 9 CEK 21 DCS 15 DSP 19 GRC 8 HRS 13 "
    "IAM 16 IPY 4 IVS 9 LOG 13 SEF 8 STA 14 TVM 10 UEM 14",
    "iso-27001-2022": "A.5 37 A.6 8 A.7 14 A.8 34",
    "nist-csf-2.0": "GV 31 ID 21 PR 22 DE 11 RS 13 RC 8",
    "nist-800-53-r5": "AC 23 AT 5 AU 15 CA 8 CM 14 CP 12 IA 13 IR 9 MA 7 MP 8 PE 22 "
    "PL 8 PM 32 PS 9 PT 8 RA 9 SA 17 SC 47 SI 22 SR 12",
    "pci-dss-4.0": "1 19 2 11 3 19 4 4 5 11 6 18 7 11 8 28 9 18 10 18 11 16 12 32",
    "soc2": "CC1 5 CC2 3 CC3 4 CC4 2 CC5 3 CC6 8 CC7 5 CC8 1 CC9 2 A1 3 C1 2 PI1 5 P1 1 P2 1 P3 2 P4 3 P5 2 P6 7 P7 1 P8 1",
}


def test_every_framework_is_counted() -> None:
    assert {name: len(each.requirements) for name, each in shipped().items() if name not in IN_PART} == WHOLE
    assert shipped().keys() - WHOLE.keys() == IN_PART


@pytest.mark.parametrize("name", sorted(IN_PART))
def test_a_list_in_part_says_so(name: str) -> None:
    assert "that checks of ours" in shipped()[name].granularity


@pytest.mark.parametrize("name", DOMAINS)
def test_each_domain_is_complete(name: str) -> None:
    words = DOMAINS[name].split()
    expected = {domain: int(number) for domain, number in zip(words[::2], words[1::2], strict=True)}
    separator = "." if name in ("pci-dss-4.0", "soc2") else "-"
    ids = shipped()[name].requirements
    found = [id.rpartition(".")[0] if name.startswith("iso") else re.split(rf"[{separator}.]", id)[0] for id in ids]
    assert {domain: found.count(domain) for domain in dict.fromkeys(found)} == expected


@pytest.mark.parametrize("name", BY_CONTROL)
def test_every_control_is_mapped_or_said_not_to_be_covered(name: str) -> None:
    framework = shipped()[name]
    mapped = {control for each in framework.requirements.values() for control in each.controls}
    left_out = set(framework.not_covered or {})
    assert mapped | left_out == set(controls())
    assert not mapped & left_out


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_what_has_no_answer_says_why(name: str) -> None:
    framework = shipped()[name]
    known = [check for provider in names() for check in installed(provider)]
    tested = {id for check in known for id in framework.of(check.id, check.control, check.cis)}
    assert [id for id, each in framework.requirements.items() if not (each.controls or each.why or id in tested)] == []
    assert [id for id, each in framework.requirements.items() if each.why and id in tested] == []


@pytest.mark.parametrize("name", sorted(shipped()))
def test_it_says_where_it_comes_from_and_its_ids_have_one_form(name: str) -> None:
    framework = shipped()[name]
    assert framework.source.startswith("https://")
    assert framework.publisher
    assert framework.form
    assert [id for id, each in framework.requirements.items() if re.search(r"\b(Ensure|shall|should)\b", each.subject)] == []


@pytest.mark.parametrize("name", [name for name in shipped() if not name.startswith("cis-") and name != "aws-security-hub"])
def test_each_requirement_is_described(name: str) -> None:
    assert [id for id, each in shipped()[name].requirements.items() if not each.subject] == []


def test_every_recommendation_that_a_check_names_is_in_a_benchmark() -> None:
    held = {(each.provider, f"{each.cis}:{id}") for each in shipped().values() if each.cis for id in each.requirements}
    named = {(check.provider, id) for provider in names() for check in installed(provider) for id in check.cis}
    assert named - held == set()


def test_checks_that_a_framework_names_exist() -> None:
    known = {check.id for check in installed("aws")}
    named = {check for each in shipped()["aws-security-hub"].requirements.values() for check in each.checks}
    assert named - known == set()


OWN = """
id: house
title: House rules
edition: "1"
granularity: rules
reasons: {people: People do it.}
requirements:
  H-1: {subject: Stored data is encrypted, controls: ["encryption.at_*"]}
  H-2: {subject: Buckets, checks: ["aws.s3.bucket.*"]}
  H-3: {subject: Training, why: people, areas: [endpoint]}
"""


def test_somebodys_own_framework(tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    file.write_text(OWN, "utf-8")
    framework = read(file)
    assert framework.of("aws.s3.bucket.encrypted", "encryption.at_rest") == ("H-1", "H-2")
    assert framework.of("gcp.storage.bucket.x", "logging.retention") == ()
    assert framework.requirements["H-3"].why == "People do it."


def test_a_benchmark_answers_only_for_its_cloud() -> None:
    framework = Framework("x", "x", "1", "x", {"1.2": Requirement("1.2")}, provider="aws", cis="v7")
    assert framework.of("aws.a.b.c", "x.y", ("v7:1.2", "v6:1.3")) == ("1.2",)
    assert framework.of("azure.a.b.c", "x.y", ("v7:1.2",)) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "isn't YAML"),
        ("- 1", "a framework is a mapping"),
        (OWN.replace("edition", "version"), "unknown key 'version'"),
        (OWN.replace('edition: "1"', "edition: 1"), "edition is missing, or no text"),
        (OWN.partition("requirements")[0], "requirements maps ids"),
        (OWN.replace("encryption.at_*", "encription.*"), "H-1: no control fits 'encription.*'"),
        (OWN.replace("[endpoint]", "[laptops]"), "H-3: there is no area 'laptops'"),
        (OWN.replace("why: people", "why: people, controls: [logging.retention]"), "H-3: what has controls or checks"),
        (OWN.replace('["aws.s3.bucket.*"]', "all"), "H-2: checks is a list of names"),
        (OWN.replace("subject: Buckets", "text: Buckets"), "H-2: unknown key 'text'"),
        (OWN + "  H-4: yes\n", "H-4 is a mapping"),
        (OWN + 'form: "["\n', "no regular expression"),
        (OWN + 'form: "X-[0-9]"\n', "H-1 doesn't have the form X-[0-9]"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, said: str) -> None:
    with pytest.raises(FrameworkError, match=re.escape(said)):
        parsed(text, "house.yaml")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FrameworkError, match="can't be read"):
        read(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"id: \xff")
    with pytest.raises(FrameworkError, match="isn't UTF-8"):
        read(tmp_path / "latin.yaml")


@pytest.mark.parametrize(
    ("name", "id"),
    [("cis-aws", "cis-aws-7.0"), ("cis-gcp", "cis-gcp-5.0"), ("pci-dss", "pci-dss-4.0"), ("nist-800-53", "nist-800-53-r5")],
)
def test_without_an_edition_it_is_the_newest(name: str, id: str) -> None:
    found = newest(name)
    assert found is not None
    assert found.id == id


@pytest.mark.parametrize("name", ["cis", "nist", "", "cis-aws-"])
def test_the_beginning_of_a_name_is_none(name: str) -> None:
    assert newest(name) is None
