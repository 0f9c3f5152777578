"""The split as data: nothing dangling, nothing missing, nothing said twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import chain
from typing import Any

import botocore.session
import pytest
import yaml

from scanner.responsibility.split import TESTS

OWNERS = {"provider", "shared", "customer"}
KINDS = {"dependent", "independent"}
BASES = {"stated", "derived", "resolved"}


def data(name: str) -> Any:
    return yaml.safe_load(files("scanner.responsibility").joinpath(f"{name}.yaml").read_text("utf-8"))


AREAS, MATRIX, SERVICES = data("areas"), data("matrix"), data("services")
AREA_IDS = [area["id"] for area in AREAS["areas"]]
BY_ID = {service["id"]: service for service in SERVICES["services"]}
VARIANTS = [(service, variant) for service in SERVICES["services"] for variant in service.get("variants", ())]
Cell = Mapping[str, Any]


def cells() -> Iterator[tuple[str, Cell]]:
    """Yield every cell that is written down, with its place."""
    for model, row in MATRIX["cells"].items():
        for area, cell in row.items():
            yield f"{model}/{area}", cell
    for service in SERVICES["services"]:
        for holder in (service, *service.get("variants", ())):
            for area, cell in holder.get("overrides", {}).items():
                yield f"{service['id']}/{area}", cell


def wrong(cell: Cell) -> bool:
    duties = ("provider", "customer") if cell["owner"] == "shared" else (cell["owner"],)
    return (
        cell["owner"] not in OWNERS
        or not all(cell.get(duty) for duty in duties)
        or (cell["owner"] == "shared") != (cell.get("kind") in KINDS)
        or cell.get("basis", "stated") not in BASES
        or ("surface" in cell and cell["owner"] != "provider")
    )


class TestAreas:
    def test_are_the_sixteen(self) -> None:
        assert len(AREA_IDS) == len(set(AREA_IDS)) == 16

    @pytest.mark.parametrize("area", AREAS["areas"], ids=AREA_IDS)
    def test_are_described_in_full(self, area: Mapping[str, Any]) -> None:
        assert area["name"]
        assert area["definition"].endswith(".")
        assert area["level"] in AREAS["levels"]
        assert area["visibility"] in AREAS["visibility"]
        assert set(area["practices"]) <= set(AREAS["practices"])

    def test_every_practice_has_one(self) -> None:
        assert {each for area in AREAS["areas"] for each in area["practices"]} == set(AREAS["practices"])

    @pytest.mark.parametrize("area", AREAS["areas"], ids=AREA_IDS)
    def test_name_operations_of_aws_that_exist(self, area: Mapping[str, Any]) -> None:
        session = botocore.session.get_session()
        text = " ".join(area["evidence"].get("aws", ()))
        named = re.findall(r"\b([a-z0-9-]+):([A-Z][A-Za-z]+)", text)
        assert [each for each in named if each[1] not in session.get_service_model(each[0]).operation_names] == []


# The sources' own labels. Each has a place in some area.
LABELS = {
    "seed": """physical data centers | infrastructure | cloud service availability | managed services | IAM | data protection
        | application security | operating system security | endpoint security | configuration of firewall | data security
        | authentication | access | network security | guest OS | data storage | virtualization and server usage
        | hardware security | data center security | audit logging | storage | code security | application deployment
        | identity and directory infrastructure | access policies | patching and vulnerability management | shift left
        | continuous monitoring | understand deployment""",
    "microsoft": """Customer data | Configurations and settings | Identities and users | Client devices | Applications
        | Network controls | Operating system | Physical hosts | Physical network | Physical datacenter | Hypervisor
        | Platform services""",
    "microsoft_classic": """Information and data | Devices | Accounts and identities | Identity and directory infrastructure
        | Applications | Network controls | Operating system | Physical hosts | Physical network | Physical datacenter""",
    "aws": """Customer data | Platform | Operating system, network and firewall | Client-side data encryption
        | Server-side encryption | Networking traffic protection | AWS software | Hardware and global infrastructure
        | Host operating system | Inherited controls | Shared control: patch | Shared control: configuration
        | Shared control: awareness | Customer specific""",
    "google": """Content | Access policies | Usage | Deployment | Web application security | Identity | Operations
        | Access and authentication | Network security | Guest OS | Audit logging | Network | Storage and encryption
        | Hardened kernel | Boot | Hardware""",
    "csa_ccm": "A&A|AIS|BCR|CCC|CEK|DCS|DSP|GRC|HRS|IAM|IPY|IVS|LOG|SEF|STA|TVM|UEM",
    "mcsb": "NS|IM|PA|DP|AM|LT|IR|PV|ES|BR|DS|GS",
}


@pytest.mark.parametrize("source", LABELS)
def test_every_label_of_a_source_has_an_area(source: str) -> None:
    mapped = [label.lower() for area in AREAS["areas"] for label in area["maps"].get(source, ())]
    labels = [label.strip() for label in LABELS[source].split("|")]
    assert [label for label in labels if not any(label.lower() in each for each in mapped)] == []


class TestCells:
    def test_every_model_has_one_for_each_area(self) -> None:
        assert {model: list(row) for model, row in MATRIX["cells"].items()} == dict.fromkeys(MATRIX["models"], AREA_IDS)

    def test_say_who_does_what(self) -> None:
        assert [place for place, cell in cells() if wrong(cell)] == []

    def test_stand_on_areas_that_exist(self) -> None:
        assert {place.partition("/")[2] for place, _ in cells()} == set(AREA_IDS)

    def test_of_the_matrix_name_their_sources(self) -> None:
        assert [(model, area) for model, row in MATRIX["cells"].items() for area, cell in row.items() if not cell["cite"]] == []

    def test_cite_sources_that_are_listed(self) -> None:
        cited = chain((cell.get("cite", ()) for _, cell in cells()), (each.get("cite", ()) for each in BY_ID.values()))
        assert {source for each in cited for source in each} <= set(MATRIX["sources"])

    def test_leave_no_source_uncited(self) -> None:
        cited = {source for _, cell in cells() for source in cell.get("cite", ())}
        cited |= {source for service in BY_ID.values() for source in service.get("cite", ())}
        cited |= {source for entry in data("unseen")["cells"] for source in entry["cite"]}
        assert set(MATRIX["sources"]) - cited == UNCITED

    def test_every_source_has_a_title_and_an_address(self) -> None:
        assert [name for name, source in MATRIX["sources"].items() if not (source.get("title") and source.get("url"))] == []


# Read for the rules of the split as a whole, and so cited by no single cell.
UNCITED = {"csa-sta04", "gcp-fate", "ibm-srm"}


class TestServices:
    def test_are_named_once_after_their_provider(self) -> None:
        ids = Counter(service["id"] for service in SERVICES["services"])
        assert [name for name, times in ids.items() if times > 1] == []
        assert [each["id"] for each in BY_ID.values() if each["id"].partition(".")[0] != each["provider"]] == []

    def test_are_of_a_model_that_exists(self) -> None:
        assert {service["model"] for service in BY_ID.values()} <= set(MATRIX["models"])

    def test_share_a_native_type_only_where_something_tells_them_apart(self) -> None:
        types = Counter(type for service in BY_ID.values() for type in service["types"])
        shared = {type for type, times in types.items() if times > 1}
        for type in shared:
            holders = [service for service in BY_ID.values() if type in service["types"]]
            assert sum("discriminator" not in service for service in holders) <= 1, type

    def test_every_provider_has_an_account(self) -> None:
        models = {(service["provider"], service["model"]) for service in BY_ID.values()}
        assert {provider for provider, _ in models} == {provider for provider, model in models if model in ("account", "saas")}


class TestVariants:
    def test_are_named_once_in_their_service(self) -> None:
        names = Counter((service["id"], variant["id"]) for service, variant in VARIANTS)
        assert [name for name, times in names.items() if times > 1] == []

    def test_change_something(self) -> None:
        assert [variant["id"] for _, variant in VARIANTS if not (variant.get("model") or variant.get("overrides"))] == []

    def test_are_of_a_model_that_exists(self) -> None:
        assert {variant.get("model", "saas") for _, variant in VARIANTS} <= set(MATRIX["models"])

    def test_are_decided_by_operators_that_exist_with_the_values_that_they_take(self) -> None:
        takes = {"eq": str, "ne": str, "prefix": str, "in": list, "exists": None, "absent": None, "true": None, "false": None}
        assert set(takes) == set(TESTS)
        for service, variant in VARIANTS:
            for predicate in variant["when"]:
                kind = takes[predicate["op"]]
                assert isinstance(predicate["value"], kind) if kind else "value" not in predicate, service["id"]

    def test_are_decided_by_paths_that_are_paths(self) -> None:
        paths = [predicate["path"] for _, variant in VARIANTS for predicate in variant["when"]]
        assert [path for path in paths if not re.fullmatch(r"[A-Za-z]\w*(\.[A-Za-z][\w:]*)*", path)] == []

    def test_each_has_a_condition(self) -> None:
        assert [variant["id"] for _, variant in VARIANTS if not variant["when"]] == []


class TestManagedAlternatives:
    def test_come_from_and_lead_to_what_exists(self) -> None:
        variants = {f"{service['id']}#{variant['id']}" for service, variant in VARIANTS}
        for each in SERVICES["managed_alternatives"]:
            assert each["signature"]
            assert each["from"].get("model") in MATRIX["models"] or each["from"].get("service") in BY_ID
            for provider, target in each["to"].items():
                assert target in BY_ID or target in variants
                assert target.partition(".")[0] == provider
