"""What containers are told and run: the same verdicts wherever a service of AWS describes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checks.aws import ecr
from scanner.model import Inventory, Verdict, failed, passed, skipped, unknown

Item = Mapping[str, Any]
# Names that stand for a secret by themselves. Not where it is kept: that is no secret.
TELLING = re.compile(
    r"(.*[_.-])?(password|passwd|client[_-]?secret|secret[_-]?(access[_-]?)?key|api[_-]?key|auth[_-]?token|private[_-]?key|auth_data)",
    re.IGNORECASE,
)
PRIVATE = re.compile(r"(?P<account>\d{12})\.dkr[.-]ecr(-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z.]+/(?P<name>[^:@]+)")
DIGEST, LATEST = "@sha256:", "latest"


def without_secrets(values: Iterable[tuple[str, Any]], noun: str = "variable(s)") -> Verdict:
    """Pass when none of *values*, pairs of a name and what the collector hid, looks like a secret or is named like one."""
    given = list(values)
    found = [f"{name} {said}" for name, hidden in given if (said := _secret(name, hidden))]
    return failed("; ".join(found)) if found else passed(f"{len(given)} {noun}, none of which looks like a secret")


def _secret(name: str, hidden: Any) -> str:
    if not hidden:
        return ""
    if detected := hidden["$secret"]["detected"]:
        return f"holds what looks like {', '.join(detected)}"
    return "is named like a secret" if TELLING.fullmatch(name) else ""


def pairs(variables: Iterable[Item] | None) -> Iterator[tuple[str, Any]]:
    """Yield variables that stand in a list (``name``, ``value``) as pairs."""
    for each in variables or ():
        yield str(each.get("name", "")), each.get("value")


def pinned(images: Iterable[str]) -> Verdict:
    """Pass when each of *images* is named by its digest, or by a tag that is more than ``latest``."""
    loose = sorted(image for image in set(images) if DIGEST not in image and _tag(image) in ("", LATEST))
    return (
        failed(f"whatever is newest runs of {', '.join(loose)}") if loose else passed("images are named by digest or version")
    )


def _tag(image: str) -> str:
    return image.rpartition("/")[2].partition(":")[2]


def from_registry(images: Iterable[str]) -> Verdict:
    """Pass when all *images* come from private repositories of ECR."""
    strange = sorted(image for image in set(images) if not PRIVATE.match(image))
    return failed(f"not from a private repository: {', '.join(strange)}") if strange else passed("images come from ECR")


def scanned(images: Iterable[str], inventory: Inventory) -> Verdict:
    """Pass when each of *images* lies in a repository of ECR that is scanned. Of others, nobody here can tell."""
    given = sorted(set(images))
    if not given:
        return skipped("no images")
    verdicts = [_scanned(image, inventory) for image in given]
    return next(
        (each for outcome in ("fail", "unknown") for each in verdicts if each.outcome == outcome),
        passed(f"{len(given)} image(s), from repositories that are scanned"),
    )


def _scanned(image: str, inventory: Inventory) -> Verdict:
    named = PRIVATE.match(image)
    if not named:
        return unknown(f"whether {image} is scanned can't be told: it doesn't come from ECR")
    for repository in inventory.where("aws.ecr.repository", "item.repositoryName", named["name"], region=named["region"]):
        if repository.account == named["account"]:
            verdict = ecr.scanned.judge(repository, inventory=inventory)
            return Verdict(verdict.outcome, f"{image}: {verdict.because}")
    return unknown(f"the repository of {image} was not found")


def root(user: str | None) -> bool | None:
    """Tell whether *user* (``user:group``, by name or id) is root; ``None`` where the image decides."""
    if not user:
        return None
    return user.partition(":")[0] in ("root", "0")


def users(containers: Iterable[Item]) -> Verdict:
    """Pass when no container (``name``, ``user``) runs as root."""
    said = {str(each.get("name", "")): root(each.get("user")) for each in containers}
    if as_root := sorted(name for name, is_root in said.items() if is_root):
        return failed(f"runs as root: {', '.join(as_root)}")
    if open_ := sorted(name for name, is_root in said.items() if is_root is None):
        return unknown(f"only the image tells the user of {', '.join(open_)}")
    return passed("no container runs as root")
