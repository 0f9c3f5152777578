"""Whose key a resource is encrypted with: the same verdict on every service that names a KMS key."""

from __future__ import annotations

from scanner.model import Inventory, Resource, Verdict, failed, passed, unknown


def customer_key(resource: Resource, reference: str | None, inventory: Inventory) -> Verdict:
    """Pass when *reference* (the ARN, id or alias of a KMS key, or none) is a key that the customer made.

    Keys that AWS manages are always in the account that uses them, and only their aliases start with ``alias/aws/``.
    """
    if not reference:
        return failed("encrypted with a key that AWS owns or manages")
    if "alias/" in reference:
        ours = not reference.rpartition("alias/")[2].startswith("aws/")
        return _said(reference, ours=ours)
    region, account = _place(resource, reference)
    if account != resource.account:
        return passed(f"encrypted with {reference}, a key of account {account}")
    for key in inventory.where("aws.kms.key", "item.KeyId", reference.rpartition("/")[2], region=region):
        return _said(reference, ours=key["key"]["KeyManager"] == "CUSTOMER")
    return unknown(f"the key {reference} was not found")


def _place(resource: Resource, reference: str) -> tuple[str, str]:
    """Return region and account of a key, which are the resource's own when its id stands alone."""
    parts = reference.split(":")
    return (parts[3], parts[4]) if len(parts) == 6 else (resource.region, resource.account)


def _said(reference: str, *, ours: bool) -> Verdict:
    return passed(f"encrypted with {reference}") if ours else failed(f"encrypted with {reference}, which AWS manages")
