"""Who may do what on AWS: identity policies, boundaries and resource policies, less what a Deny takes.

Within an account a resource's policy or an identity's grants; a key's and a role's policy must admit the account first.
Conditions are not decided: they make an answer *possibly*. So do AWS's own managed policies, whose text is not read, and
the policies of an organization, which member accounts cannot see. Session policies and service roles at work are not
asked. Source: IAM user guide, "Policy evaluation logic" and "Cross-account policy evaluation logic".
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from checks.aws import apigateway, iam_read, opensearch
from checks.aws.document import EVERYONE, Document, Principal, Statement, overlap, parse
from checks.decided import Decided, both, contrary, either
from scanner.evaluation.entitlement import Entitlements, Holder, Question, others
from scanner.model import Inventory, Resource, UnreadError

ADMINISTRATOR = ":iam::aws:policy/AdministratorAccess"
EVERYTHING: Document = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
# Their policy is asked first: an identity's counts only as far as this admits the account.
ADMITTING = frozenset({"aws.kms.key", "aws.iam.role"})
# Where the policy is no fact of its own.
POLICY: Mapping[str, Callable[[Resource], Document]] = {
    "aws.apigateway.rest_api": apigateway.document,
    "aws.iam.role": lambda role: role["item"].get("AssumeRolePolicyDocument"),
    "aws.opensearch.domain": opensearch.access_policy,
}
ROOT_MAY_NOT = frozenset({"sts:assumerole"})  # Source: STS API reference, AssumeRole: not with credentials of the root user
UNSEEN = "the resource is not in the inventory, so whom its own policy admits is not known"
SINGLY = "whom the policies of single resources admit is told when one is asked for"
ABOVE = "policies of the organization are not read from here"


@dataclass(frozen=True, slots=True)
class Asked:
    """One action on one resource, or on any. ``action`` in small letters; ``type`` is the resource's, where it is known."""

    action: str
    resource: str
    type: str

    def met_by(self, statement: Statement) -> Decided:
        """Tell whether a statement speaks of it: of all of it, or perhaps."""
        if not statement.actions.match(self.action):
            return False
        return None if statement.tests and self._on(statement) is not False else self._on(statement)

    def _on(self, statement: Statement) -> Decided:
        resources = statement.resources
        if not self.resource:  # on anything: an Allow holds somewhere, and a Deny only where it holds everywhere
            return True if statement.allow or resources.everything else None
        if resources.covers(self.resource):
            return True
        met = resources.inverted or any(overlap(each, self.resource) for each in resources.patterns)
        unclear = any(mark in each for each in (*resources.patterns, self.resource) for mark in ("${", "*"))
        return None if met and unclear and not resources.inverted else False

    def among(self, statements: Iterable[Statement], *, allow: bool) -> Decided:
        return either(self.met_by(each) for each in statements if each.allow is allow)


@dataclass(frozen=True, slots=True)
class Given:
    """What an identity is granted: statements by the policy that holds them, and what could not be read."""

    policies: Mapping[str, tuple[Statement, ...]]
    unread: tuple[str, ...] = ()

    def allows(self, asked: Asked) -> Decided:
        said = either(asked.among(each, allow=True) for each in self.policies.values())
        return either((said, None)) if self.unread else said

    def denies(self, asked: Asked) -> Decided:
        """Tell whether a Deny takes it. What is unread is not held against anybody: AWS's own policies hardly ever deny."""
        return either(asked.among(each, allow=False) for each in self.policies.values())

    def through(self, asked: Asked) -> list[str]:
        return [name for name, each in self.policies.items() if asked.among(each, allow=True) is not False]


UNBOUND = Given({"": parse(EVERYTHING, principals=False)})


def who_can(inventory: Inventory, question: Question, when: datetime) -> Iterator[Holder]:  # noqa: ARG001 -- a WhoCan
    """Yield who may do an action: users, roles and the root user, and whom else the resource's policy admits."""
    asked = Asked(question.action.lower(), question.resource, question.type)
    resource = _find(inventory, question)
    own = parse(_policy(resource)) if resource is not None else ()
    doubts = tuple(each for each in (_above(inventory), UNSEEN if question.resource and resource is None else "") if each)
    entities = [each for type in ("aws.iam.user", "aws.iam.role") for each in inventory.all(type)]
    for entity in entities:
        given = _given(entity, inventory)
        said = _decide(entity, given, _boundary(entity, inventory), asked, own)
        if said is not False:
            yield _holder(entity.id, said, given.through(asked) or _admitting(own, entity, resource), given.unread, doubts)
    yield from _root(inventory, asked, own, doubts)
    if resource is None:
        yield others(UNSEEN if question.resource else SINGLY)
    else:
        yield from _admitted(own, asked, resource, {each.id for each in entities}, doubts)


def _find(inventory: Inventory, question: Question) -> Resource | None:
    """Return the resource that holds the policy: of an object, its bucket."""
    if question.type:
        return inventory.get(question.type, question.resource)
    if question.resource.split(":")[2:3] == ["s3"]:
        return inventory.get("aws.s3.bucket", question.resource.partition("/")[0])
    return None


def _policy(resource: Resource) -> Document:
    if resource.type in POLICY:
        return POLICY[resource.type](resource)
    return resource["policy"] if "policy" in resource.facts else None


def _given(entity: Resource, inventory: Inventory) -> Given:
    policies = {name: parse(document, principals=False) for name, document in iam_read.documents(entity, inventory)}
    attached = [*iam_read.attached(entity), *(arn for group in _groups(entity, inventory) for arn in iam_read.attached(group))]
    aws = {arn for arn in attached if ":iam::aws:policy/" in arn}
    if whole := [arn for arn in aws if arn.endswith(ADMINISTRATOR)]:
        policies["AdministratorAccess"] = parse(EVERYTHING, principals=False)
        aws -= set(whole)
    return Given(policies, tuple(sorted(arn.rpartition("/")[2] for arn in aws)))


def _groups(entity: Resource, inventory: Inventory) -> Iterator[Resource]:
    for name in entity["item"].get("GroupList") or []:
        yield from inventory.where("aws.iam.group", "item.GroupName", name)


def _decide(entity: Resource, given: Given, bound: Given, asked: Asked, own: tuple[Statement, ...]) -> Decided:
    by_identity = both((given.allows(asked), bound.allows(asked)))
    grants, denials = ([each for each in own if each.allow is allow] for allow in (True, False))
    direct = either(both((asked.met_by(each), _names(each, entity.id))) for each in grants)
    by_identity = both((by_identity, _open_to_account(asked, own, entity.account)))
    by_resource = either(both((asked.met_by(each), _denied(each, entity))) for each in denials)
    denied = either((given.denies(asked), bound.denies(asked), by_resource))
    return both((either((by_identity, direct)), contrary(denied)))


def _boundary(entity: Resource, inventory: Inventory) -> Given:
    """Return the policy that bounds what an identity's own grant; everything, where none does."""
    arn = (entity["item"].get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    if not arn or arn.endswith(ADMINISTRATOR):
        return UNBOUND
    managed = inventory.get("aws.iam.policy", arn)
    if managed is None:
        return Given({}, (arn.rpartition("/")[2],))
    return Given({managed.name: parse(iam_read.in_force(managed), principals=False)})


def _names(statement: Statement, arn: str) -> Decided:
    """Tell whether a resource's policy grants a principal of the account by name, or as anybody."""
    if statement.others:
        return None
    return any(each.everyone or each.name == arn for each in statement.principals)


def _admits_account(statement: Statement, account: str) -> Decided:
    if statement.others:
        return None
    return any(each.everyone or (each.kind == "AWS" and _is_account(each, account)) for each in statement.principals)


def _denied(statement: Statement, entity: Resource) -> Decided:
    named = any(
        each.everyone or each.name == entity.id or (each.kind == "AWS" and _is_account(each, entity.account))
        for each in statement.principals
    )
    return not named if statement.others else named


def _is_account(principal: Principal, account: str) -> bool:
    return principal.account == account and (principal.name == account or principal.name.endswith(":root"))


def _above(inventory: Inventory) -> str:
    """Return why policies of an organization leave the answer open, if they do: they don't bind its management account."""
    try:
        organizations = [(each, each["organization"]) for each in inventory.all("aws.organizations.organization")]
    except UnreadError:
        return ABOVE
    bound = any(known and known.get("MasterAccountId") != each.account for each, known in organizations)
    return ABOVE if bound else ""


def _open_to_account(asked: Asked, own: tuple[Statement, ...], account: str) -> Decided:
    """Tell whether what the account grants counts on the resource at all."""
    if asked.type not in ADMITTING:
        return True
    return either(both((asked.met_by(each), _admits_account(each, account))) for each in own if each.allow)


def _root(inventory: Inventory, asked: Asked, own: tuple[Statement, ...], doubts: tuple[str, ...]) -> Iterator[Holder]:
    for each in inventory.all("aws.iam.settings") if asked.action not in ROOT_MAY_NOT else ():
        denied = either(both((asked.met_by(denial), _denied(denial, each))) for denial in own if not denial.allow)
        said = both((contrary(denied), _open_to_account(asked, own, each.account)))
        if said is not False:
            yield _holder(each.id.rpartition(":")[0] + ":root", said, ["the root user"], (), doubts)


def _admitted(
    own: tuple[Statement, ...], asked: Asked, resource: Resource, entities: Container[str], doubts: tuple[str, ...]
) -> Iterator[Holder]:
    """Yield whom else a resource's policy admits: outsiders, services, identity providers, sessions.

    Of a whole account that it names, who exactly says that account. Everybody but some is everybody, perhaps.
    """
    found: dict[str, Decided] = {}
    denied = either(asked.met_by(each) for each in own if not each.allow)
    for each in own:
        said = both((asked.met_by(each), contrary(None if denied else denied), None if each.others else True))
        for principal in ((EVERYONE,) if each.others else each.principals) if each.allow and said is not False else ():
            if principal.name not in entities and not _is_account(principal, resource.account):
                found[principal.name] = either((found.get(principal.name, False), said))
    for name, said in found.items():
        yield _holder(name, said, [f"the policy of {resource.name or resource.id}"], (), doubts)


def _admitting(own: tuple[Statement, ...], entity: Resource, resource: Resource | None) -> list[str]:
    named = any(_names(each, entity.id) is not False for each in own if each.allow)
    return [f"the policy of {resource.name or resource.id}"] if named and resource is not None else []


def _holder(name: str, said: Decided, through: Iterable[str], unread: tuple[str, ...], doubts: tuple[str, ...]) -> Holder:
    open_ends = list(doubts)
    if said is None:
        open_ends.append(f"AWS's own {', '.join(unread)} not read" if unread else "conditions or variables are not decided")
    return Holder(name, said is True and not doubts, "; ".join([*sorted(through), *open_ends]))


ENTITLEMENTS = Entitlements("aws", "s3:GetObject", who_can)
