"""Every spec against the rules that hold for all of them: what is asked only reads, and says what it takes."""

from __future__ import annotations

import re
from collections import Counter

import pytest

import collectors.azure
from collectors.azure.provider import Azure, specs, wanted
from collectors.azure.spec import ASKED, SUBSCRIPTION, TENANT, Get, Graph, Rows, Spec
from collectors.spec import find
from scanner.provider import Selection
from scanner.responsibility.split import services

ALL = [pytest.param(spec, id=spec.type) for spec in find(collectors.azure, Spec)]
NATIVE = re.compile(r"microsoft\.[a-z.]+(/[a-z0-9]+)+")
ACTION = re.compile(r"[Mm]icrosoft\.[A-Za-z.]+(/[A-Za-z0-9]+)+/read")
API = re.compile(r"20\d\d-\d\d-\d\d(-preview)?")
PERMISSION = re.compile(r"[A-Z][A-Za-z]+(-[A-Za-z]+)?(\.[A-Z][A-Za-z]+)*\.Read(\.[A-Z][A-Za-z]+)?")
GIVES_SECRETS = re.compile(
    r"/(list|get|regenerate|generate)\w*(key|secret|credential|token|connectionstring|sas)\w*|/list\b", re.IGNORECASE
)
TABLES = frozenset(
    [
        "advisorresources",
        "aksresources",
        "alertsmanagementresources",
        "appserviceresources",
        "authorizationresources",
        "azurebusinesscontinuityresources",
        "batchresources",
        "computeresources",
        "dnsresources",
        "guestconfigurationresources",
        "healthresources",
        "insightsresources",
        "iotsecurityresources",
        "kubernetesconfigurationresources",
        "kustoresources",
        "maintenanceresources",
        "managedserviceresources",
        "networkresources",
        "patchassessmentresources",
        "patchinstallationresources",
        "policyresources",
        "recoveryservicesresources",
        "resourcecontainers",
        "resources",
        "securityresources",
        "servicehealthresources",
        "sportresources",
    ]
)


def reads(spec: Spec) -> list[Get | Graph]:
    return [each for each in (spec.listing, *spec.facts.values()) if isinstance(each, (Get, Graph))]


@pytest.mark.parametrize("spec", ALL)
def test_names_follow_the_house(spec: Spec) -> None:
    assert re.fullmatch(r"azure\.[a-z0-9]+\.[a-z0-9_]+", spec.type)
    assert spec.type.startswith(f"{spec.service}.")
    assert spec.service in services()
    assert spec.title
    assert not {"item", "tags", ASKED} & spec.facts.keys()
    assert spec.table in TABLES


@pytest.mark.parametrize("spec", ALL)
def test_native_types_are_in_small_letters(spec: Spec) -> None:
    rows = [each for each in spec.facts.values() if isinstance(each, Rows)]
    for native in (*spec.natives, *(each.arm for each in rows)):
        assert NATIVE.fullmatch(native), native
    assert {each.table for each in rows} <= TABLES


@pytest.mark.parametrize("spec", ALL)
def test_reads_of_resource_manager_say_their_version_and_what_they_take(spec: Spec) -> None:
    for read in reads(spec):
        if isinstance(read, Get):
            assert API.fullmatch(read.api or spec.api), read
            assert ACTION.fullmatch(read.action), read.action
            assert read.path[:1] in ("", "/", "?"), read.path  # "": the document of the resource itself; "?": with more of it
            assert "api-version" not in read.path


@pytest.mark.parametrize("spec", ALL)
def test_reads_of_the_directory_name_a_permission_that_only_reads(spec: Spec) -> None:
    for read in reads(spec):
        if isinstance(read, Graph):
            assert PERMISSION.fullmatch(read.permission), read.permission
            assert re.match(r"/(v1\.0|beta)/", read.path), read.path


@pytest.mark.parametrize("spec", ALL)
def test_nothing_is_asked_that_answers_with_secrets(spec: Spec) -> None:
    for read in reads(spec):
        path = read.path.partition("?")[0]
        assert not GIVES_SECRETS.search(path), path


@pytest.mark.parametrize("spec", ALL)
def test_paths_start_with_a_fact_of_the_type(spec: Spec) -> None:
    for path in (*spec.volatile, *spec.secret):
        assert path.partition(".")[0] in {"item", *spec.facts}, path


@pytest.mark.parametrize("spec", ALL)
def test_what_a_type_is_listed_below_is_a_type(spec: Spec) -> None:
    assert spec.parent in {"", TENANT, *(each.type for each in specs())}
    if isinstance(spec.listing, Graph) or spec.type == TENANT:
        assert spec.parent == TENANT


def test_types_are_described_once() -> None:
    assert [name for name, times in Counter(spec.type for spec in specs()).items() if times > 1] == []


def test_a_native_type_is_of_one_spec_without_kinds_at_most() -> None:
    plain = Counter(native for spec in specs() for native in spec.natives if not spec.kind)
    assert [native for native, times in plain.items() if times > 1] == []


def test_kinds_tell_the_facts_and_what_of_them_is_volatile() -> None:
    kinds = {kind.type: kind for kind in Azure().kinds()}
    assert len(kinds) == len(specs())
    for spec in specs():
        facts = kinds[spec.type].facts
        assert facts[0] == "item"
        assert (ASKED in facts) == (ASKED in kinds[spec.type].volatile)
        assert ASKED in facts or not spec.asks


def test_nodes_are_read_whatever_services_are_chosen() -> None:
    chosen = {spec.type for spec in wanted(Selection(services=frozenset({"redis"})))}
    assert {SUBSCRIPTION, "azure.subscription.management_group", "azure.redis.cache"} <= chosen
    assert not any(type.startswith("azure.sql.") for type in chosen)
