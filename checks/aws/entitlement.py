"""Who may do what on AWS: identity policies, boundaries and resource policies, less what a Deny takes.

Within an account a resource's policy or an identity's grants; a key's and a role's policy must admit the account first.
Conditions are not decided: they make an answer *possibly*. So do those of AWS's own managed policies whose text was not
read, and the policies of an organization, which member accounts cannot see. Session policies and service roles at work are
not asked. Source: IAM user guide, "Policy evaluation logic" and "Cross-account policy evaluation logic".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from checks.aws import apigateway, iam_read, opensearch, policy, s3
from checks.aws.document import EVERYONE, Document, Patterns, Principal, Statement, covers, overlap, parse
from checks.aws.policy import Level
from checks.decided import Decided, both, contrary, either
from scanner.evaluation.entitlement import Entitlements, Holder, Question, others
from scanner.model import Inventory, Resource, UnreadError

BUCKET = "aws.s3.bucket"
AWS_POLICY, AWS_OWN = "aws.iam.aws_policy", ":iam::aws:policy/"
ADMINISTRATOR = f"{AWS_OWN}AdministratorAccess"
EVERYTHING: Document = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
VARIABLE = re.compile(r"\$\{[^}]*\}")
USERNAME = re.compile(r"\$\{aws:username\}", re.IGNORECASE)
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
LISTS = "whom access control lists of the bucket and its objects admit is not asked"
GRANTS = "whom grants of the key admit is not read"
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
        if resources.inverted:
            spared = any(covers(each, self.resource) for each in resources.patterns if "${" not in each)
            return None if not spared and self._unclear(resources.patterns) else False
        return (
            None
            if any(overlap(VARIABLE.sub("*", each), self.resource) for each in self._unclear(resources.patterns))
            else False
        )

    def _unclear(self, patterns: Iterable[str]) -> list[str]:
        """Return the patterns that may match a part of the resource, or one caller's: those with variables, and all on many."""
        many = any(mark in self.resource for mark in ("*", "?", "${"))
        return [each for each in patterns if many or "${" in each]

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
    own = parse(document_of(resource)) if resource is not None else ()
    doubts = tuple(each for each in (_above(inventory), UNSEEN if question.resource and resource is None else "") if each)
    entities = [each for type in ("aws.iam.user", "aws.iam.role") for each in inventory.all(type)]
    for entity in entities:
        granted, bound = given(entity, inventory), boundary(entity, inventory)
        said = decide(entity, granted, bound, asked, own)
        if said is not False:
            through = granted.through(asked) or _admitting(own, entity, resource)
            yield _holder(entity.id, said, through, (*granted.unread, *bound.unread), doubts)
    yield from _root(inventory, asked, own, doubts)
    if resource is None:
        yield others(UNSEEN if question.resource else SINGLY)
        return
    shut = _shut(resource, inventory)
    unsure = (*doubts, "whether public access is blocked was not read") if shut is None else doubts
    admitting = [_services_of(each) for each in own] if shut else own
    yield from _admitted(admitting, asked, resource, {each.id for each in entities}, unsure)
    if beside := _beside(resource):
        yield others(beside)


def _services_of(statement: Statement) -> Statement:
    """Return a grant as far as it is one to AWS services; a denial as it is."""
    if not statement.allow:
        return statement
    kept = () if statement.others else tuple(each for each in statement.principals if each.kind == "Service")
    return replace(statement, principals=kept, others=False)


def _shut(resource: Resource, inventory: Inventory) -> Decided:
    """Tell whether S3 admits only the account, because a bucket's policy is public and the block of public access voids that.

    Source: Amazon S3 user guide, "Blocking public access": RestrictPublicBuckets. AWS services it still admits.
    """
    if resource.type != BUCKET:
        return False
    try:
        public = policy.reach(resource["policy"], account=resource.account).level is Level.PUBLIC
        return public and s3.blocks(resource, inventory, "RestrictPublicBuckets")
    except UnreadError:
        return None


def _beside(resource: Resource) -> str:
    """Return what grants rights on a resource beside its policy, and is not asked here."""
    if resource.type == "aws.kms.key":
        return GRANTS
    if resource.type != BUCKET:
        return ""
    try:
        return "" if s3.enforced(resource) else LISTS
    except UnreadError:
        return LISTS


def _find(inventory: Inventory, question: Question) -> Resource | None:
    """Return the resource that holds the policy: of an object, its bucket."""
    if question.type:
        return inventory.get(question.type, question.resource)
    if question.resource.split(":")[2:3] == ["s3"]:
        return inventory.get(BUCKET, question.resource.partition("/")[0])
    return None


def document_of(resource: Resource) -> Document:
    """Return the policy of a resource; ``None`` where it has none, or its type knows none."""
    if resource.type in POLICY:
        return POLICY[resource.type](resource)
    return resource["policy"] if "policy" in resource.facts else None


def given(entity: Resource, inventory: Inventory) -> Given:
    """Return what a user, role or group is granted: by its own policies, by those attached to it, and by its groups."""
    # Of one name there may be several: one within a user, one within its group, and a managed one.
    policies: dict[str, tuple[Statement, ...]] = {}
    for name, document in iam_read.documents(entity, inventory):
        policies[name] = (*policies.get(name, ()), *parse(document, principals=False))
    groups = list(_groups(entity, inventory))
    known = {group.name for group in groups}
    unread = [f"group {name}" for name in entity["item"].get("GroupList") or [] if name not in known]
    for arn in sorted({arn for holder in (entity, *groups) for arn in iam_read.attached(holder)}):
        name, own = arn.rpartition("/")[2], AWS_OWN not in arn
        found = _of_customer(arn, inventory) if own else _of_aws(arn, inventory)
        if found is None:
            unread.append(name)
        elif not own:
            policies[name] = (*policies.get(name, ()), *parse(found, principals=False))
    return Given({name: tuple(_of_person(each, entity)) for name, each in policies.items()}, tuple(unread))


def _of_person(statements: Iterable[Statement], entity: Resource) -> Iterator[Statement]:
    """Yield statements with the name of a user where they name whoever calls. Who is no user is granted nothing by these."""
    for each in statements:
        if not any(USERNAME.search(pattern) for pattern in each.resources.patterns):
            yield each
        elif entity.type == "aws.iam.user":
            patterns = tuple(USERNAME.sub(entity.name, pattern) for pattern in each.resources.patterns)
            yield replace(each, resources=Patterns(patterns, each.resources.inverted))
        elif not each.allow or each.resources.inverted:
            yield each


def _of_aws(arn: str, inventory: Inventory) -> Document:
    """Return what one of AWS's own policies says; ``None`` where that was not read."""
    if arn.endswith(ADMINISTRATOR):
        return EVERYTHING
    try:
        managed = inventory.get(AWS_POLICY, arn)
    except UnreadError:
        return None
    return iam_read.in_force(managed) if managed is not None else None


def _groups(entity: Resource, inventory: Inventory) -> Iterator[Resource]:
    for name in entity["item"].get("GroupList") or []:
        yield from inventory.where("aws.iam.group", "item.GroupName", name)


def decide(entity: Resource, granted: Given, bound: Given, asked: Asked, own: tuple[Statement, ...]) -> Decided:
    """Tell whether a user or role may do it; ``own`` is the policy of the resource that is asked for."""
    by_identity = both((granted.allows(asked), bound.allows(asked)))
    grants, denials = ([each for each in own if each.allow is allow] for allow in (True, False))
    direct = either(both((asked.met_by(each), _directly(each, entity, asked, bound))) for each in grants)
    by_identity = both((by_identity, _open_to_account(asked, own, entity.account)))
    by_resource = either(both((asked.met_by(each), _denied(each, entity))) for each in denials)
    denied = either((granted.denies(asked), bound.denies(asked), by_resource))
    return both((either((by_identity, direct)), contrary(denied)))


def boundary(entity: Resource, inventory: Inventory) -> Given:
    """Return the policy that bounds what an identity's own grant; everything, where none does."""
    arn = (entity["item"].get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    if not arn:
        return UNBOUND
    name = arn.rpartition("/")[2]
    document = _of_aws(arn, inventory) if AWS_OWN in arn else _of_customer(arn, inventory)
    return Given({}, (name,)) if document is None else Given({name: parse(document, principals=False)})


def _of_customer(arn: str, inventory: Inventory) -> Document:
    managed = inventory.get("aws.iam.policy", arn)
    return iam_read.in_force(managed) if managed is not None else None


def _directly(statement: Statement, entity: Resource, asked: Asked, bound: Given) -> Decided:
    """Tell whether a resource's policy grants an identity by itself. A boundary holds for a role that it names, not for a user.

    Source: IAM user guide, "Permissions boundaries". Not verified: whether it holds for a role where everybody is named.
    """
    named = _names(statement, entity.id)
    if entity.type != "aws.iam.role" or named is not True:
        return named
    everybody = any(each.everyone for each in statement.principals)
    return either((bound.allows(asked), None if everybody else False))


def _names(statement: Statement, arn: str) -> Decided:
    """Tell whether a resource's policy grants a principal of the account by name, or as anybody."""
    if statement.others:
        return None
    return any(each.everyone or each.name == arn for each in statement.principals)


def admits_account(statement: Statement, account: str) -> Decided:
    """Tell whether a resource's policy leaves it to the account whom of its identities it grants."""
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
    return either(both((asked.met_by(each), admits_account(each, account))) for each in own if each.allow)


def _root(inventory: Inventory, asked: Asked, own: tuple[Statement, ...], doubts: tuple[str, ...]) -> Iterator[Holder]:
    for each in inventory.all("aws.iam.settings") if asked.action not in ROOT_MAY_NOT else ():
        denied = either(both((asked.met_by(denial), _denied(denial, each))) for denial in own if not denial.allow)
        said = both((contrary(denied), _open_to_account(asked, own, each.account)))
        if said is not False:
            yield _holder(each.id.rpartition(":")[0] + ":root", said, ["the root user"], (), doubts)


def _admitted(
    own: Sequence[Statement], asked: Asked, resource: Resource, entities: Container[str], doubts: tuple[str, ...]
) -> Iterator[Holder]:
    """Yield whom else a resource's policy admits: outsiders, services, identity providers, sessions.

    Of a whole account that it names, who exactly says that account. Everybody but some is everybody, perhaps.
    """
    found: dict[str, Decided] = {}
    denied = either(_taken_from_all(each, asked) for each in own if not each.allow)
    for each in own:
        said = both((asked.met_by(each), contrary(denied), None if each.others else True))
        for principal in ((EVERYONE,) if each.others else each.principals) if each.allow and said is not False else ():
            if principal.name not in entities and not _is_account(principal, resource.account):
                found[principal.name] = either((found.get(principal.name, False), said))
    for name, said in found.items():
        yield _holder(name, said, [f"the policy of {resource.name or resource.id}"], (), doubts)


def _taken_from_all(denial: Statement, asked: Asked) -> Decided:
    """Tell whether a denial holds for whoever asks; one that names some may or may not hold for an outsider."""
    met = asked.met_by(denial)
    return met if met is False or (EVERYONE in denial.principals and not denial.others) else None


def _admitting(own: tuple[Statement, ...], entity: Resource, resource: Resource | None) -> list[str]:
    named = any(_names(each, entity.id) is not False for each in own if each.allow)
    return [f"the policy of {resource.name or resource.id}"] if named and resource is not None else []


def _holder(name: str, said: Decided, through: Iterable[str], unread: tuple[str, ...], doubts: tuple[str, ...]) -> Holder:
    open_ends = list(doubts)
    if said is None:
        open_ends.append(f"{', '.join(unread)} not read" if unread else "conditions or variables are not decided")
    return Holder(name, said is True and not doubts, "; ".join([*sorted(through), *open_ends]))


ENTITLEMENTS = Entitlements("aws", "s3:GetObject", who_can)
