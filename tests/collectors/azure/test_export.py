"""What was exported is read as the API would be: the same facts, and nothing about what was not exported."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from collectors.azure.export import Export
from scanner.model import Present, Reason, Unread
from scanner.provider import ConnectError
from tests.collectors.azure.scans import HOME, ONE, TWO, Scan, entered, scanned, storage
from tests.collectors.azure.stub import Stub

STORAGE = "azure.storage.account"


def exported(stub: Stub) -> list[dict[str, Any]]:
    """Return all that *stub* would answer, as an export holds it."""
    rows = [row for table in stub.rows.values() for row in table]
    return [*rows, *({"path": path, "body": body} for path, body in stub.documents.items())]


def written(folder: Path, form: str, values: list[dict[str, Any]]) -> str:
    lines = b"\n".join(orjson.dumps(each) for each in values)
    body = {
        "lines": lines,
        "array": orjson.dumps(values),
        "indented": orjson.dumps(values, option=orjson.OPT_INDENT_2),
        "answer": orjson.dumps({"data": values, "count": len(values)}),
        "gzip": gzip.compress(lines),
    }[form]
    (folder / "deep").mkdir()
    (folder / "deep" / "export.json").write_bytes(body)
    return str(folder)


def told(scan: Scan) -> dict[tuple[str, str], Any]:
    known = {(each.account, each.id): (each.type, each.region, each.name, dict(each.facts)) for each in scan.resources}
    for each in known.values():
        each[3].pop("asked", None)
    return known


@pytest.mark.parametrize("form", ["lines", "array", "indented", "answer", "gzip"])
def test_an_export_tells_what_the_api_told(azure: Stub, tmp_path: Path, form: str) -> None:
    azure.rows["securityresources"] = [
        {
            "id": f"{azure.rows['resources'][0]['id']}/providers/Microsoft.Security/assessments/a",
            "type": "microsoft.security/assessments",
        }
        | {"subscriptionId": ONE, "name": "a"}
    ]
    azure.rows["authorizationresources"] = [
        {
            "id": "/providers/Microsoft.Authorization/roleAssignments/x",
            "type": "microsoft.authorization/roleassignments",
            "name": "x",
        }
        | {"properties": {"scope": "/"}}
    ]
    truth = scanned(azure)
    azure.sent.clear()
    scan = scanned(azure, from_=written(tmp_path, form, exported(azure)))
    assert told(scan) == told(truth)
    assert scan.gaps == []
    assert azure.sent.total() == 0
    assert {each.id for each in scan.collector.accounts} == {HOME, ONE, TWO}


def test_the_time_of_an_export_is_that_of_its_oldest_file(azure: Stub, tmp_path: Path) -> None:
    path = written(tmp_path, "lines", exported(azure))
    (tmp_path / "older.json").write_bytes(b"[]")
    os.utime(tmp_path / "older.json", (1_700_000_000, 1_700_000_000))
    moment = entered(azure, from_=path).as_of
    assert moment is not None
    assert moment.timestamp() == 1_700_000_000


def test_what_was_not_exported_is_not_known(azure: Stub, tmp_path: Path) -> None:
    scan = scanned(azure, from_=written(tmp_path, "lines", [each for rows in azure.rows.values() for each in rows]))
    account = scan.one(STORAGE, ONE)
    blob = account.facts["blob"]
    assert isinstance(account.facts["item"], Present)
    assert isinstance(blob, Unread)
    assert (blob.reason, blob.code) == (Reason.UNAVAILABLE, "NOT_EXPORTED")
    assert isinstance(account.facts["findings"], Unread)
    assert scan.complete(STORAGE, ONE)
    assert not scan.complete("azure.rbac.role_assignment", ONE)
    assert not scan.complete("azure.entra.user", HOME)


def test_documents_below_a_resource_answer_for_it(azure: Stub, tmp_path: Path) -> None:
    row = storage("first")
    blob = {
        "id": f"{row['id']}/blobServices/default",
        "type": "Microsoft.Storage/storageAccounts/blobServices",
        "properties": {"a": 1},
    }
    scan = scanned(azure, from_=written(tmp_path, "lines", [row, blob]))
    assert scan.one(STORAGE, ONE)["blob"] == {"a": 1}
    assert not [each for each in scan.resources if each.type.startswith("azure.unknown")]


def test_a_file_that_is_cut_gives_what_it_has_and_closes_nothing(azure: Stub, tmp_path: Path) -> None:
    path = Path(written(tmp_path, "lines", exported(azure))) / "deep" / "export.json"
    path.write_bytes(path.read_bytes() + b'\n{"id": "/subscr')
    scan = scanned(azure, from_=str(path))
    assert len(scan.all(STORAGE)) == 2
    assert not scan.complete(STORAGE, ONE)


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[1, 2]", b'"text"', b'{"some": "thing"}'])
def test_what_is_no_export_is_one_line(azure: Stub, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "file.json").write_bytes(body)
    with pytest.raises(ConnectError) as told_:
        entered(azure, from_=str(tmp_path))
    assert "\n" not in str(told_.value)


def test_a_path_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConnectError, match="cannot be read"):
        Export(str(tmp_path / "missing"))
    with pytest.raises(ConnectError, match="no files"):
        Export(str(tmp_path))
