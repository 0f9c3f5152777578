"""Terraform's language: what is written reads back as it was meant, whatever names hold."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import hcl2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.evaluation.terraform import parsed
from scanner.reports.hcl import quoted, written

TOLD = """
aws.s3.bucket:
  resources:
    aws_s3_bucket: {bucket: "{name}"}
    aws_s3_bucket_versioning: {bucket: "{name}"}
    aws_s3_object: {}
    aws_s3_directory_bucket: {}
  alike: {aws_s3_bucket: [aws_s3_directory_bucket]}
  alone: [versioned, many, parts, kind]
  replaced: [locked]
  checks:
    versioned: {aws_s3_bucket_versioning: {versioning_configuration: {status: Enabled, mfa_delete: Disabled}}}
    locked: {object_lock_enabled: true}
    many:
      aws_s3_bucket:
        tags =: {owner: =var.owner, cost centre: x}
        rule: [{days: 7}, {days: 30, expiration: {}}]
        names: [a, =var.b]
      aws_s3_object: {key: "{id-1}/{id-2} of {group}", bucket: =aws_s3_bucket.this.id}
    parts: {aws_s3_object: {key: "{account} {region} {strange}"}}
    kind: {bucket: other}
    none: There is no argument for it.
"""
FIXES = {id.rpartition(".")[2]: fix for id, fix in parsed(TOLD).items()}
ONE = {"id": "/subscriptions/s/resourceGroups/shop/providers/p/things/one", "name": "one", "region": "eu", "account": "1"}
HOSTILE = [
    '"\n}\nresource "aws_iam_user" "x" {',
    '${file("/etc/passwd")}',
    "$${x} $$${x}",
    "%{ for x in y }%{ endfor }",
    "\\",
    "\\u0022",
    "a\r\nb\tc",
    "\x00\x1b[31m\x9b",
    "evil\u202egnp.exe",
    "half \ud800 of one",
    "{id} {name}",
    '=file("/etc/passwd")',
    "=var.secret",
    "*/ # //",
    "n" * 4096,
]


def text(told: str) -> str:
    return dedent(told).lstrip("\n")


def test_arguments_then_blocks_as_the_formatter_has_them() -> None:
    assert written(FIXES["versioned"], ONE) == text("""
        resource "aws_s3_bucket_versioning" "this" {
          bucket = "one"

          versioning_configuration {
            status     = "Enabled"
            mfa_delete = "Disabled"
          }
        }
        """)


def test_lists_maps_expressions_and_several_resources() -> None:
    assert written(FIXES["many"], ONE) == text("""
        resource "aws_s3_bucket" "this" {
          bucket = "one"

          names = ["a", var.b]

          tags = {
            owner         = var.owner
            "cost centre" = "x"
          }

          rule {
            days = 7
          }

          rule {
            days = 30

            expiration {}
          }
        }

        # /subscriptions/s/resourceGroups/shop/providers/p/things/one
        resource "aws_s3_object" "this" {
          key    = "one/things of shop"
          bucket = aws_s3_bucket.this.id
        }
        """)


def test_what_is_replaced_and_what_is_alike_is_said() -> None:
    said = written(FIXES["locked"], ONE)
    assert said.startswith("# Terraform makes the resource anew for this")
    assert "# or aws_s3_directory_bucket, with the same arguments\nresource" in said
    assert "# or" not in written(FIXES["kind"], ONE)


def test_an_argument_is_never_written_twice() -> None:
    assert written(FIXES["kind"], ONE).count("bucket =") == 1


def test_without_names_the_blanks_stay_and_a_blank_that_nothing_fills_is_empty() -> None:
    assert '"{account} {region} {strange}"' in written(FIXES["parts"])
    assert '"1 eu "' in written(FIXES["parts"], ONE)


def test_an_arn_is_taken_apart_at_its_colons() -> None:
    arn = {**ONE, "id": "arn:aws:lambda:eu-west-1:1:function:orders:live"}
    assert '"live/orders of "' in written(FIXES["many"], arn)


def test_a_binding_that_nothing_fills_is_left_out() -> None:
    assert "bucket" not in written(FIXES["versioned"], {**ONE, "name": ""}).partition("{")[2]


def test_a_reason_is_no_resource() -> None:
    assert (written(FIXES["none"], ONE), FIXES["none"].none) == ("", "There is no argument for it.")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("check", ["versioned", "many"])
def test_a_name_stays_a_name(check: str, name: str) -> None:
    said = written(FIXES[check], dict.fromkeys(ONE, name))
    read: dict[str, Any] = hcl2.loads(said)
    assert [kind for block in read["resource"] for kind in block] == [f'"{block.type}"' for block in FIXES[check].blocks]
    first = next(iter(read["resource"][0].values()))['"this"']
    assert json.loads(first["bucket"]) == name.encode("utf-8", "replace").decode().replace(
        "?", "\ufffd" if "\ud800" in name else "?"
    )
    assert not any(each in said for each in ("\x00", "\x1b", "\x9b", "\u202e", "\ud800", "\r"))


@given(st.text())
def test_a_literal_means_its_text_and_is_never_a_template(name: str) -> None:
    literal = quoted(name)
    assert "${" not in literal
    assert "%{" not in literal
    assert literal.isprintable() or not name.isprintable()
    assert json.loads(literal) == name  # a literal of the language with these escapes is one of JSON, too
