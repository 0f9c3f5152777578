"""What a fix is in Terraform: for each check, the resources and arguments that settle it, as data beside the checks.

``checks/<cloud>/terraform/<service>.yaml`` tells them by resource type::

    aws.sqs.queue:
      resources:
        aws_sqs_queue: {name: "{name}"}
      checks:
        encrypted: {sqs_managed_sse_enabled: true}

``resources`` names resource types of Terraform, each with the arguments that tell which one is meant; the first is what a
check sets arguments of when it names none. ``alike`` names types that take the same arguments, but for the checks that are
``alone``. ``replaced`` names checks whose arguments can't be changed on what is there: Terraform makes it anew (not verified:
providers publish no such list). A check that is told by a text has no argument in Terraform, and the text says why.

Texts that begin with ``=`` are expressions; keys that end in `` =`` are arguments that are maps; every other map is a block,
and a list of maps several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from scanner.errors import UserError
from scanner.evaluation import registry
from scanner.plugins import entry_points

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from scanner.evaluation.check import Check

Arguments = Mapping[str, Any]
FOLDER = "terraform"
MAP = " ="  # what a key ends in where its value is a map, not a block
SCALAR = (str, int, float)  # and truth, which is an int
RESOURCE = re.compile(r"[a-z][a-z0-9_]*")
ARGUMENT = re.compile(rf"[a-z][a-z0-9_]*(?:{MAP})?")
THIS = "this"  # how a resource is called in what we tell; references begin with its type and this


class TerraformError(UserError):
    """What a file says of Terraform can't be used. The message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Block:
    """One resource as far as a fix tells it: which one it is, and what is set in it."""

    type: str
    binds: Arguments
    sets: Arguments
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """The resources that settle a finding, or why Terraform has no argument that does.

    ``replaced``: Terraform makes anew what is there, and deletes it.
    """

    blocks: tuple[Block, ...] = ()
    none: str = ""
    replaced: bool = False


NOTHING = Fix()


@dataclass(frozen=True, slots=True)
class _Type:
    """What a file says of one resource type of ours."""

    resources: Mapping[str, Arguments] = field(default_factory=dict)
    alike: Mapping[str, Sequence[str]] = field(default_factory=dict)
    checks: Mapping[str, Any] = field(default_factory=dict)
    replaced: Sequence[str] = ()
    alone: Sequence[str] = ()

    def fix(self, check: str) -> Fix:
        told = self.checks[check]
        if isinstance(told, str):
            return Fix(none=told)
        first = next(iter(self.resources))
        named = told if told and set(told) <= set(self.resources) else {first: told}
        return Fix(tuple(self._block(type, sets or {}, check) for type, sets in named.items()), replaced=check in self.replaced)

    def _block(self, type: str, sets: Arguments, check: str) -> Block:
        return Block(type, self.resources[type], sets, () if check in self.alone else tuple(self.alike.get(type, ())))


def of(check: Check) -> Fix:
    """Return what is known of a check in Terraform: its own word, else what is told beside the checks of its cloud."""
    if check.terraform is not None:
        return own(check.terraform)
    service = ".".join(check.on.split(".")[:2])
    return _told(service).get(check.id, NOTHING)


def own(told: Any) -> Fix:
    """Return what a custom check says itself: resource types with their arguments, or a text that says why there is none."""
    return Fix(none=told) if isinstance(told, str) else Fix(tuple(Block(type, {}, sets) for type, sets in told.items()))


def problem(told: Any) -> str:
    """Return what can't be meant in what a custom check says, or nothing."""
    if isinstance(told, str):
        return "" if told.strip() else "the text that says why there is none is empty"
    if not isinstance(told, Mapping) or not told or not all(isinstance(each, Mapping) for each in told.values()):
        return "resource types with their arguments, as aws_s3_bucket: {bucket: ...}, or a text that says why there is none"
    strange = next((type for type in told if not (isinstance(type, str) and RESOURCE.fullmatch(type))), None)
    if strange is not None:
        return f"{strange!r} is no resource type"
    return next((said for each in told.values() if (said := _strange(each))), "")


def _strange(arguments: Mapping[Any, Any]) -> str:
    """Return what is no name of an argument, or no value of one, at any depth."""
    return next((said for key, value in arguments.items() if (said := _argument(key, value))), "")


def _argument(key: object, value: object) -> str:
    if not isinstance(key, str) or not ARGUMENT.fullmatch(key):
        return f"{key!r} is no name of an argument"
    if key.endswith(MAP):
        fine = isinstance(value, Mapping) and all(isinstance(each, SCALAR) for each in value.values())
        return "" if fine else f"{key!r} is a map of texts or numbers; an expression stands under a key without the sign"
    items = value if isinstance(value, list) else [value]
    blocks = [each for each in items if isinstance(each, Mapping)]
    if len(blocks) == len(items):
        return next((said for each in blocks if (said := _strange(each))), "")
    fine = not blocks and all(isinstance(each, SCALAR) for each in items)
    return "" if fine else f"{key} is a text, a number, true or false, a list of one of these, or a block"


def shipped(provider: str) -> Mapping[str, Fix]:
    """Return all that is told for one cloud, by check id."""
    services = {file.name.removesuffix(".yaml") for folder in _folders(provider) for file in folder.iterdir()}
    return {id: fix for name in sorted(services) for id, fix in _told(f"{provider}.{name}").items()}


@cache
def _told(service: str) -> Mapping[str, Fix]:
    """Return what the files on one service tell, by check id: they are read when the first of its checks is asked for."""
    provider, _, name = service.partition(".")
    found: dict[str, Fix] = {}
    for folder in _folders(provider):
        file = folder.joinpath(f"{name}.yaml")
        if file.is_file():
            found.update(parsed(file.read_text("utf-8")))
    return found


def _folders(provider: str) -> Iterator[Traversable]:
    for point in entry_points(group=registry.GROUP, name=provider):
        folder = files(point.module).joinpath(FOLDER)
        if folder.is_dir():
            yield folder


def parsed(text: str) -> dict[str, Fix]:
    """Return what a file tells, by check id."""
    import yaml  # noqa: PLC0415 -- only who is shown a fix pays for it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    types: Mapping[str, Mapping[str, Any]] = yaml.load(text, loader) or {}  # noqa: S506 -- the C form of the safe loader
    found = {}
    for name, told in types.items():
        type = _Type(**told)
        found.update({f"{name}.{check}": type.fix(check) for check in type.checks})
    return found
