"""What comes over the wire, taken apart: pages, numbers, policies, exports; and what is none of them."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from collectors.gcp.assets import access_policies, document, exported, iam_policy, org_policies, page
from collectors.gcp.errors import DecodeError

READ = '"readTime":"2026-01-01T00:00:00Z"'


def test_a_page_keeps_bodies_as_they_came() -> None:
    body = f'{{{READ},"assets":[{{"name":"//a/b","assetType":"a/B","resource":{{"data":{{ "x": 1 }}}}}}],"nextPageToken":"t"}}'
    found = page(body.encode())
    (asset,) = found.assets
    assert (found.token, found.read_time, found.broken) == ("t", "2026-01-01T00:00:00Z", ())
    assert asset.resource is not None
    assert bytes(asset.resource.data) == b'{ "x": 1 }'


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b'{"assets":[]}', b"[]", b"null", b"<html></html>", b'{"readTime":"2026', b'{"error":{"code":403}}', b"\xff"],
    ids=repr,
)
def test_what_is_no_page_is_not_an_empty_one(body: bytes) -> None:
    with pytest.raises(DecodeError):
        page(body)


def test_an_empty_listing_is_one_that_says_when() -> None:
    assert page(f"{{{READ}}}".encode()).assets == []


def test_one_asset_that_is_none_does_not_spoil_its_page() -> None:
    good, nameless, odd = '{"name":"//a/b","assetType":"a/B"}', '{"assetType":"a/C"}', '{"name":1,"ancestors":{}}'
    found = page(f'{{{READ},"assets":[{good},{nameless},{odd}]}}'.encode())
    assert [each.name for each in found.assets] == ["//a/b"]
    assert found.broken == ("a/C", "")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("3600000.0", 3600000),
        ("3600000", 3600000),
        ("3.6e6", 3600000),
        ("3.6E+06", 3600000),
        ("-1.0", -1),
        ("0.5", 0.5),
        ("1e300", 1e300),
        ('"1.0"', "1.0"),
        ('"10.0.0.0/8"', "10.0.0.0/8"),
        ("true", True),
    ],
)
def test_a_number_is_one_however_it_is_written(written: str, read: Any) -> None:
    for text in (f'{{"x":{written}}}', f'{{"x": [{written} , 2]}}', f'{{"x":{{"y":{written}}}}}'):
        found = document(text.encode())["x"]
        value = found[0] if isinstance(found, list) else found["y"] if isinstance(found, dict) else found
        assert value == read
        assert type(value) is type(read)


@pytest.mark.parametrize("raw", [b"[]", b"3", b"{", b'{"a":"\xff"}', b"[" * 5000 + b"]" * 5000], ids=lambda raw: repr(raw[:9]))
def test_what_is_no_object_is_unread(raw: bytes) -> None:
    with pytest.raises(DecodeError):
        document(raw)


POLICY: dict[str, Any] = {
    "version": 1,
    "bindings": [
        {"role": "roles/viewer", "members": ["user:b@example.com", "user:a@example.com"]},
        {"role": "roles/owner", "members": ["group:g@example.com"], "condition": {"expression": "true"}},
        {"role": "roles/owner", "members": ["group:g@example.com"]},
    ],
    "auditConfigs": [
        {"service": "z", "auditLogConfigs": [{"logType": "DATA_READ"}, {"logType": "ADMIN_READ"}]},
        {"service": "a", "auditLogConfigs": [{"logType": "DATA_READ", "exemptedMembers": ["user:z@x.com", "user:a@x.com"]}]},
    ],
}


def test_the_order_of_bindings_and_members_makes_no_difference() -> None:
    turned = {
        "auditConfigs": [
            {**each, "auditLogConfigs": list(reversed(each["auditLogConfigs"]))} for each in reversed(POLICY["auditConfigs"])
        ],
        "bindings": [{**each, "members": list(reversed(each["members"]))} for each in reversed(POLICY["bindings"])],
        "version": 1,
    }
    found = iam_policy(orjson.dumps(POLICY))
    assert orjson.dumps(found, option=orjson.OPT_SORT_KEYS) == orjson.dumps(
        iam_policy(orjson.dumps(turned)), option=orjson.OPT_SORT_KEYS
    )
    assert sorted(each["role"] for each in found["bindings"]) == ["roles/owner", "roles/owner", "roles/viewer"]
    assert {"group:g@example.com", "user:a@example.com", "user:b@example.com"} == {
        member for each in found["bindings"] for member in each["members"]
    }


@pytest.mark.parametrize("raw", [b'{"bindings":{}}', b'{"bindings":["x"]}', b'{"auditConfigs":3}', b"[]"])
def test_a_policy_of_another_form_is_unread_not_empty(raw: bytes) -> None:
    with pytest.raises(DecodeError):
        iam_policy(raw)


@pytest.mark.parametrize("raw", [b"{}", b"[1]", b"null"])
def test_organization_policies_are_a_list(raw: bytes) -> None:
    with pytest.raises(DecodeError):
        org_policies(raw)


def test_policies_come_in_one_order() -> None:
    found = org_policies(b'[{"constraint":"b"},{"constraint":"a"}]')
    assert [each["constraint"] for each in found] == ["a", "b"]
    sections = [b'{"servicePerimeter":{"name":"p"}}', b'{"accessPolicy":{"name":"a"}}']
    assert access_policies(sections) == access_policies(reversed(sections))


SNAKE = {
    "name": "//cloudresourcemanager.googleapis.com/projects/1",
    "asset_type": "cloudresourcemanager.googleapis.com/Project",
    "update_time": "2026-01-01T00:00:00Z",
    "ancestors": ["projects/1"],
    "resource": {
        "version": "v1",
        "discovery_name": "Project",
        "data": {"snake_case_label": {"a_b": 1.0}},
        "location": "global",
    },
    "iam_policy": {
        "bindings": [{"role": "roles/owner", "members": ["user:a@example.com"]}],
        "audit_configs": [
            {
                "service": "allServices",
                "audit_log_configs": [{"log_type": 1}, {"log_type": 3, "exempted_members": ["user:q@x.com"]}],
            }
        ],
    },
    "org_policy": [
        {"constraint": "c/a", "list_policy": {"all_values": 2, "inherit_from_parent": True}},
        {"constraint": "c/b", "boolean_policy": {"enforced": True}, "update_time": {"seconds": 1}},
    ],
}


def test_an_export_says_what_rest_says() -> None:
    asset = exported(json.dumps(SNAKE).encode())
    assert (asset.asset_type, asset.update_time) == (SNAKE["asset_type"], "2026-01-01T00:00:00Z")
    assert iam_policy(asset.iam_policy)["auditConfigs"] == [
        {
            "service": "allServices",
            "auditLogConfigs": [{"exemptedMembers": ["user:q@x.com"], "logType": "DATA_READ"}, {"logType": "ADMIN_READ"}],
        }
    ]
    assert org_policies(asset.org_policy)[0]["listPolicy"] == {"allValues": "DENY", "inheritFromParent": True}
    assert org_policies(asset.org_policy)[1]["booleanPolicy"] == {"enforced": True}


def test_a_body_in_an_export_keeps_its_own_names() -> None:
    asset = exported(json.dumps(SNAKE).encode())
    assert asset.resource is not None
    assert document(asset.resource.data) == {"snake_case_label": {"a_b": 1}}


def test_an_export_of_perimeters_and_packages_names_its_enums() -> None:
    line = {
        "name": "//x/y",
        "asset_type": "x/Y",
        "service_perimeter": {"name": "p", "perimeter_type": 1, "status": {"restricted_services": ["a"]}},
        "os_inventory": {"os_info": {"short_name": "debian"}, "items": {"a_b": {"type": 2, "available_package": {}}}},
    }
    asset = exported(json.dumps(line).encode())
    perimeter = {"name": "p", "perimeterType": "PERIMETER_TYPE_BRIDGE", "status": {"restrictedServices": ["a"]}}
    assert document(asset.service_perimeter) == perimeter
    assert document(asset.os_inventory) == {
        "osInfo": {"shortName": "debian"},
        "items": {"a_b": {"type": "AVAILABLE_PACKAGE", "availablePackage": {}}},
    }


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b"{}", b'{"asset_type":"a/B"}', b'{"name":3,"asset_type":"a/B"}', b"\xff"], ids=repr
)
def test_a_line_that_is_no_asset_raises(line: bytes) -> None:
    with pytest.raises(DecodeError):
        exported(line)
