"""A fix as Terraform: on the page of a finding, in its JSON, and in the report that is one file."""

from __future__ import annotations

from html import unescape
from io import StringIO

import hcl2
import pytest

from scanner.evaluation import terraform
from scanner.evaluation.terraform import NOTHING, Fix
from scanner.inventory import queries
from scanner.inventory.store import Store
from scanner.web.static_report import write
from tests.scanner.web.estate import HOSTILE, NOW
from tests.scanner.web.serving import Served


def of(shared: Store, check: str) -> list[str]:
    where = f"SELECT finding_id FROM open_findings WHERE check_id = '{check}' ORDER BY resource_id"
    return [row["finding_id"] for row in queries.sql(shared, where)]


def test_the_page_shows_it_beside_the_command(site: Served, shared: Store) -> None:
    (row,) = queries.sql(
        shared, "SELECT finding_id FROM open_findings WHERE resource_id = 'arn:aws:s3:::new' AND area = 'resilience'"
    )
    page = unescape(site.get(f"/findings/{row['finding_id']}").text)
    assert 'resource "aws_s3_bucket_versioning" "this" {\n  bucket = "new"\n' in page
    assert '<button type="button" data-copy="terraform" hidden>' in page
    found = site.get(f"/api/v1/findings/{row['finding_id']}").json()
    assert found["terraform"] in page
    assert found["terraform_none"] == ""


def test_a_reason_takes_its_place_and_where_nothing_is_told_nothing_is_shown(
    site: Served, shared: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = of(shared, "aws.s3.bucket.versioned")[0]
    monkeypatch.setattr(terraform, "of", lambda _: Fix(none="There is no <argument> for it."))
    assert '<p class="lead">There is no &lt;argument&gt; for it.</p>' in site.get(f"/findings/{name}").text
    monkeypatch.setattr(terraform, "of", lambda _: NOTHING)
    assert "in Terraform" not in site.get(f"/findings/{name}").text


def test_hostile_names_stay_names(site: Served, shared: Store) -> None:
    names = of(shared, "aws.s3.bucket.versioned")
    read = [hcl2.loads(site.get(f"/api/v1/findings/{name}").json()["terraform"]) for name in names]
    assert len(read) > len(HOSTILE)
    assert all([list(block) for block in each["resource"]] == [['"aws_s3_bucket_versioning"']] for each in read)


def test_the_report_in_one_file_holds_it_once_a_check(shared: Store) -> None:
    out = StringIO()
    write(shared, out, NOW)
    assert out.getvalue().count('resource \\"aws_s3_bucket_versioning\\"') == 1
