"""What checks on Google Cloud read in more than one place: links between resources, flags, enums, old spellings.

Asset Inventory hands on what each API's own REST interface returns: what stands at its default is often left out, and an
enum may come as its number. Exports of before 2020 name lists of Compute Engine in the singular (``networkInterface``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scanner.model import Inventory, Reason, Resource, Unread, UnreadError, Verdict, failed, passed

Item = Mapping[str, Any]

COMPUTE = "//compute.googleapis.com"
LINK = re.compile(r"(?:^|/)(?P<node>projects/[^/]+|(?:folders|organizations)/[^/]+|locations/global)/(?P<rest>.+)$")
# What metadata takes for yes. Source: Compute Engine documentation, "About VM metadata", "Boolean values".
YES = {"true", "y", "yes", "1"}
DEFAULT_ACCOUNTS = {
    "-compute@developer.gserviceaccount.com": "Compute Engine's default account",
    "@appspot.gserviceaccount.com": "App Engine's default account",
    "@cloudbuild.gserviceaccount.com": "Cloud Build's legacy account",
}


def many(item: Item, name: str) -> list[Any]:
    """Return a list of *item* by its name in the plural, or in the singular that old exports write."""
    found = item.get(name) or item.get(name.removesuffix("s")) or []
    return found if isinstance(found, list) else [found]


def either(item: Item, *names: str) -> Any:
    """Return what stands under the first of *names* that *item* has."""
    return next((item[name] for name in names if item.get(name) is not None), None)


def yes(value: object) -> bool:
    """Tell whether a flag is set; one that is left out is not."""
    return value is True or (isinstance(value, str) and value.strip().lower() in YES)


def named(value: object, names: str) -> str:
    """Return an enum by its name. *names*: those of its numbers from 0 on, as the API's definition orders them."""
    if isinstance(value, int):
        known = names.split()
        return known[value] if value < len(known) else str(value)
    return str(value or "")


def last(link: object) -> str:
    """Return the name at the end of a link."""
    return str(link or "").rpartition("/")[2]


def place(link: object) -> str:
    """Return where a link leads within its project (``zones/z/disks/d``), however much of it is written out."""
    found = LINK.search(str(link or ""))
    return found["rest"] if found else str(link or "")


def project_of(link: object) -> str:
    """Return the project that a link names, by id or number; empty when it names none."""
    found = LINK.search(str(link or ""))
    return found["node"].removeprefix("projects/") if found and found["node"].startswith("projects/") else ""


def foreign(link: object, holder: Resource) -> str:
    """Return the project that *link* leads to, where that certainly isn't the holder's own. A number tells nothing."""
    project = project_of(link)
    return "" if project in ("", holder.account) or project.isdigit() else project


def linked(link: object, type: str, holder: Resource, inventory: Inventory, host: str = COMPUTE) -> Resource | None:
    """Return what *link* leads to. Raises :class:`UnreadError` where that is in another project, which this one cannot see."""
    if not link:
        return None
    if elsewhere := foreign(link, holder):
        raise UnreadError(f"{type} {last(link)} of project {elsewhere}", Unread(Reason.UNAVAILABLE, "OtherProject"))
    return inventory.get(type, f"{host}/projects/{holder.account}/{place(link)}")


def default_account(email: str) -> str:
    """Return which default service account *email* is, in words; empty when it is none."""
    return next((said for end, said in DEFAULT_ACCOUNTS.items() if email.endswith(end)), "")


def metadata(item: Item, field: str = "metadata") -> dict[str, Any]:
    """Return the metadata of an instance, template or project, by key."""
    items = many(item.get(field) or {}, "items")
    return {each["key"]: each.get("value") for each in items}


def hidden(value: object) -> list[str]:
    """Return what detectors found in a value that was replaced before it was stored; nothing where it wasn't."""
    secret = value.get("$secret") if isinstance(value, Mapping) else None
    if secret:
        return list(secret["detected"])
    return re.findall(r"\[secret: ([^\]]+?) [0-9a-f]+\]", value) if isinstance(value, str) else []


def without_secrets(values: Mapping[str, Any], noun: str) -> Verdict:
    """Pass when none of *values*, by name, looks like a secret. *noun*: what they are, in the plural."""
    kinds = {name: hidden(value) for name, value in sorted(values.items())}
    found = [f"{name} holds what looks like {', '.join(detected)}" for name, detected in kinds.items() if detected]
    return failed("; ".join(found)) if found else passed(f"{len(kinds)} {noun}, none of which looks like a secret")


def customer_key(key: object) -> Verdict:
    """Pass when *key* names a key of Cloud KMS: those are always the customer's, and Google's own are never named."""
    return passed(f"encrypted with {key}") if key else failed("encrypted with a key that Google owns and manages")


def in_words(names: Iterable[str], most: int = 3) -> str:
    """Return the first of *names*, and how many more there are."""
    given = sorted(set(names))
    more = f" and {len(given) - most} more" if len(given) > most else ""
    return ", ".join(given[:most]) + more


def first(values: Sequence[Any]) -> Item:
    """Return the only element of a list that may be empty."""
    found: Item = values[0] if values else {}
    return found
