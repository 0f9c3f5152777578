"""The inventories of the inventory's own tests, on both engines."""

from __future__ import annotations

from tests.scanner.inventory.conftest import empty_url, engine, postgres, store, template, template_file, url

__all__ = ["empty_url", "engine", "postgres", "store", "template", "template_file", "url"]
