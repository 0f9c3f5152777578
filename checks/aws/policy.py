"""To whom an AWS policy grants what it does: the one evaluator of resource and trust policies.

It answers with upper bounds: nobody outside the bound is admitted. A condition lowers the bound only where it certainly
does; one that is not understood leaves it, and marks the answer as *possibly* narrower. Documents are parsed JSON;
``None`` is no policy. An organization that a condition names is taken for the account's own: a policy cannot tell.
Source: IAM user guide, "Policy evaluation logic", "Condition operators", "Global condition context keys"; Amazon S3
user guide, "The meaning of public".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import reduce
from ipaddress import IPv4Network, ip_network
from itertools import product

from checks.aws.document import (
    EVERYONE,
    Condition,
    Document,
    Principal,
    Statement,
    account_of,
    parse,
)
from checks.world import FAMILIES, hold_world


class Level(IntEnum):
    """How far a policy reaches, widest last."""

    NOBODY = 0
    ACCOUNT = 1
    ORGANIZATION = 2
    CROSS_ACCOUNT = 3
    PUBLIC = 4


@dataclass(frozen=True, slots=True)
class Reach:
    """The widest grant of a policy. ``possibly``: conditions that were not understood may make it narrower.

    ``statement`` is the Sid, or the number from 1, of the first statement that grants it; ``principals`` are those that
    it is granted to, as the policy writes them.
    """

    level: Level
    possibly: bool = False
    statement: str = ""
    principals: tuple[str, ...] = ()


def reach(document: Document, *, account: str) -> Reach:
    """Return the widest reach of a resource or trust policy, after its conditions and its denials.

    An AWS service that is admitted counts as the account itself; for whom it may act says :func:`on_behalf`.
    """
    return _reach(document, _Viewer(account, behalf=False))


def on_behalf(document: Document, *, account: str, buckets: Container[str] = ()) -> Reach:
    """Return for whom the admitted AWS services may act: for anyone, unless a condition names the source.

    A service that takes orders from other accounts, too, is a confused deputy. ``buckets``: ARNs of those of the account.
    """
    return _reach(document, _Viewer(account, behalf=True, buckets=buckets))


def bucket_of(arn: str) -> str:
    """Return the ARN of a bucket as S3 writes it, of one that may stand for any region and account; empty for others."""
    parts = arn.split(":", 5)
    bucket = len(parts) == 6 and parts[2] == "s3" and not set(parts[3] + parts[4]) - set("*?") and not set(parts[5]) & set("*?")
    return f"arn:{parts[1]}:s3:::{parts[5]}" if bucket else ""


def of_the_internet(ranges: str) -> bool:
    """Tell whether a source range holds so many addresses that it keeps nobody out."""
    return _of_range(ranges) == ANYBODY


def require(document: Document) -> None:
    """Raise :class:`UnreadError` when *document* is malformed."""
    parse(document)


# ---- bounds ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bound:
    """At most ``level``; ``soft``: perhaps less."""

    level: Level
    soft: bool = False


ANYBODY = _Bound(Level.PUBLIC)
UNSURE = _Bound(Level.PUBLIC, soft=True)
NAMED = _Bound(Level.CROSS_ACCOUNT)
PERHAPS_OURS = _Bound(Level.CROSS_ACCOUNT, soft=True)
NONE = _Bound(Level.NOBODY)


def _meet(one: _Bound, two: _Bound) -> _Bound:
    level = min(one.level, two.level)
    return _Bound(level, any(each.soft and each.level in (level, Level.PUBLIC) for each in (one, two)))


def _join(bounds: Iterable[_Bound]) -> _Bound:
    every = list(bounds)
    level = max((each.level for each in every), default=Level.NOBODY)
    return _Bound(level, bool(every) and all(each.soft for each in every if each.level == level))


@dataclass(frozen=True, slots=True)
class _Viewer:
    """From which account, for which of a statement's principals, and in which of the two questions a policy is read."""

    account: str
    behalf: bool
    issuer: str = ""
    buckets: Container[str] = ()

    def of_account(self, account: str) -> _Bound:
        if not re.fullmatch(r"\d{12}", account):
            return ANYBODY if set(account) & set("*?") else UNSURE
        return _Bound(Level.ACCOUNT) if account == self.account else NAMED


# ---- principals ------------------------------------------------------------------------------------------------------

# Where anybody may have an account, so that a token alone says nothing: a condition must name its subject or audience.
SHARED_ISSUERS = frozenset(
    {
        "accounts.google.com",
        "app.terraform.io",
        "cognito-identity.amazonaws.com",
        "gitlab.com",
        "graph.facebook.com",
        "token.actions.githubusercontent.com",
        "www.amazon.com",
    }
)
# There an audience belongs to one application or identity pool. Elsewhere everybody asks for the same audience.
OWN_AUDIENCES = SHARED_ISSUERS - {"app.terraform.io", "gitlab.com", "token.actions.githubusercontent.com"}
OWN_ISSUERS = re.compile(r"oidc[.-]eks\.")
DELETED = re.compile(r"A[A-Z0-9]{15,}")  # the unique id that stands where the ARN of a deleted user or role stood


def _issuer(principal: Principal) -> str:
    if principal.kind != "Federated" or ":saml-provider/" in principal.name:
        return ""
    return principal.name.partition(":oidc-provider/")[2].lower() or principal.name.lower()


def _admitted(principal: Principal, viewer: _Viewer) -> _Bound:
    """Return how far one principal of an Allow reaches, before any condition."""
    if principal.everyone:
        return ANYBODY
    if principal.kind == "Service":
        return ANYBODY if viewer.behalf or set(principal.name) & set("*?") else _Bound(Level.ACCOUNT)
    if viewer.behalf or DELETED.fullmatch(principal.name):
        return NONE
    if principal.kind == "CanonicalUser" or principal.account == "cloudfront":
        return PERHAPS_OURS
    if issuer := _issuer(principal):
        return _federated(issuer, principal, viewer)
    return viewer.of_account(principal.account)


def _federated(issuer: str, principal: Principal, viewer: _Viewer) -> _Bound:
    if OWN_ISSUERS.match(issuer):
        return viewer.of_account(principal.account)
    return ANYBODY if issuer in SHARED_ISSUERS else UNSURE


# ---- conditions ------------------------------------------------------------------------------------------------------

POSITIVE = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress"})
NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
}
# Keys that every signed request brings: IAM user guide, "Global condition context keys".
ALWAYS_TOLD = frozenset({"aws:principalaccount", "aws:principalarn", "aws:requestedregion", "aws:userid"})
# Keys that say how or when one calls, or which resource, never who: whatever is asked of them, anybody may do it.
# Tags, names and kinds of callers are among them: a stranger gives them to users and roles of an account of his own.
NEUTRAL = re.compile(
    r"aws:(securetransport|viaawsservice|calledvia.*|resourceaccount|resourceorgid|resourceorgpaths|requestedregion"
    r"|currenttime|epochtime|multifactorauthpresent|multifactorauthage|tokenissuetime|vpcsourceip|useragent|referer|requesttag/.*|tagkeys"
    r"|resourcetag/.*|principaltag/.*|principaltype|username)"
    r"|kms:(viaservice|encryptioncontext.*|grantisforawsresource|grantoperations)|lambda:functionurlauthtype|lambda:invokedviafunctionurl"
    r"|sts:externalid|sts:rolesessionname|sts:sourceidentity|saml:.*|s3:(x-amz-.*|prefix|delimiter|max-keys|tlsversion|signatureversion|authtype|resourceaccount"
    r"|existingobjecttag/.*|requestobjecttag/.*|requestobjecttagkeys|versionid|signatureage|object-lock-.*)"
    r"|sns:protocol|elasticfilesystem:accessedviamounttarget"
)
ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}(/.*)?")
NETWORK = re.compile(r"vpce?-[0-9a-zA-Z]+")
USER_ID = re.compile(r"(\d{12}|A[A-Z0-9]{15,})(:.*)?")
# A subject names its owner after the first colon, up to a colon or slash: repo:owner/..., organization:name:...
SUBJECT = re.compile(r"[^*?:]+:[^*?:/]+([:/].*)?|[^*?:]+")
WIDEST = {4: 8, 6: 32}  # source ranges wider than this count as the whole internet


def _of_arn(value: str, viewer: _Viewer) -> _Bound:
    if re.fullmatch(r"[*?]*", value):
        return ANYBODY
    account = account_of(value)
    if account and (set(account) - set("*?") or value.split(":")[2] != "s3"):
        return viewer.of_account(account)
    return _Bound(Level.ACCOUNT) if bucket_of(value) in viewer.buckets else _of_nameless_arn(value)


def _of_nameless_arn(value: str) -> _Bound:
    """Judge an ARN without an account, such as a bucket's: whose it is cannot be told, but it is one of that name.

    A bucket whose name begins as a pattern says, anybody can make.
    """
    name = value.split(":", 5)[-1]
    if not value.startswith("arn:") or value.count(":") < 5:
        return UNSURE
    open_part = name.partition("/")[0] if value.split(":")[2] == "s3" else name[:1]
    return PERHAPS_OURS if name and not set(open_part) & set("*?") else ANYBODY


def _of_range(value: str) -> _Bound:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return ANYBODY if value == "*" else UNSURE
    private = isinstance(network, IPv4Network) and network.is_private and network.prefixlen > 0
    return NAMED if private or network.prefixlen >= WIDEST[network.version] else ANYBODY


def _hold_world(values: Iterable[str]) -> bool:
    """Tell whether ranges are together the internet, however narrow each is."""
    found: dict[int, set[str]] = {family: set() for family in FAMILIES}
    for each in values:
        with suppress(ValueError):
            found[ip_network(each, strict=False).version].add(each)
    return any(hold_world(frozenset(some), family) for family, some in found.items())


def _fixed(pattern: re.Pattern[str], bound: _Bound) -> Callable[[str, _Viewer], _Bound]:
    return lambda value, _: bound if pattern.fullmatch(value) else ANYBODY


def _of_account(value: str, viewer: _Viewer) -> _Bound:
    return viewer.of_account(value)


def _of_service(_value: str, viewer: _Viewer) -> _Bound:
    return ANYBODY if viewer.behalf else _Bound(Level.ACCOUNT)


OF_ORGANIZATION = _fixed(ORGANIZATION, _Bound(Level.ORGANIZATION))
OF_NETWORK = _fixed(NETWORK, PERHAPS_OURS)
KEYS: Mapping[str, Callable[[str, _Viewer], _Bound]] = {
    "aws:sourceaccount": _of_account,
    "aws:sourceowner": _of_account,
    "aws:principalaccount": _of_account,
    "aws:vpceaccount": _of_account,
    "kms:calleraccount": _of_account,
    "s3:dataaccesspointaccount": _of_account,
    "aws:sourcearn": _of_arn,
    "aws:principalarn": _of_arn,
    "aws:sourcevpcarn": _of_arn,
    "s3:dataaccesspointarn": _of_arn,
    "aws:principalorgid": OF_ORGANIZATION,
    "aws:principalorgpaths": OF_ORGANIZATION,
    "aws:sourceorgid": OF_ORGANIZATION,
    "aws:sourceorgpaths": OF_ORGANIZATION,
    "aws:vpceorgid": OF_ORGANIZATION,
    "aws:vpceorgpaths": OF_ORGANIZATION,
    "aws:sourcevpc": OF_NETWORK,
    "aws:sourcevpce": OF_NETWORK,
    "aws:sourceip": lambda value, _: _of_range(value),
    "aws:userid": _fixed(USER_ID, PERHAPS_OURS),
    "aws:principalservicename": _of_service,
    "aws:principalservicenameslist": _of_service,
}
IS_SERVICE = "aws:principalisawsservice"


def _claim(key: str, viewer: _Viewer) -> Callable[[str, _Viewer], _Bound] | None:
    """Return what a claim of the token of an OIDC provider narrows to."""
    if not viewer.issuer or key not in (f"{viewer.issuer}:sub", f"{viewer.issuer}:aud"):
        return None
    if key.endswith(":sub"):
        return _fixed(SUBJECT, NAMED)
    return _fixed(re.compile(r"[^*?]+"), NAMED) if viewer.issuer in OWN_AUDIENCES else lambda _value, _viewer: ANYBODY


def _bound(test: Condition, viewer: _Viewer, required: Iterable[str]) -> _Bound:
    """Return who at most fulfils a condition."""
    if test.key == IS_SERVICE and test.operator == "bool":
        return _of_service("", viewer) if set(test.values) == {"true"} else ANYBODY
    claim = _claim(test.key, viewer)
    judge = claim or KEYS.get(test.key)
    if judge is None:
        return ANYBODY if NEUTRAL.fullmatch(test.key) else UNSURE
    if test.operator in NEGATED or test.operator == "null":
        return ANYBODY
    if not _understood(test):
        return UNSURE
    # Both are fulfilled by a caller who lacks the key. A service that acts for somebody always brings it.
    lenient = (test.if_exists or test.qualifier == "forallvalues") and test.key not in required
    if lenient and not viewer.behalf and not claim:
        return ANYBODY
    together = [ANYBODY] if test.key == "aws:sourceip" and _hold_world(test.values) else []
    return _join([*together, *(UNSURE if "${" in value else judge(value, viewer) for value in test.values)])


def _understood(test: Condition) -> bool:
    right = (test.operator == "ipaddress") is (test.key == "aws:sourceip")
    return right and bool(test.values) and test.operator in POSITIVE


def _escape(test: Condition, viewer: _Viewer) -> _Bound:
    """Return who at most does not fulfil a condition: whom a Deny spares."""
    if test.key == IS_SERVICE and test.operator == "bool":
        if set(test.values) == {"false"}:
            return _of_service("", viewer)
        return NONE if viewer.behalf and set(test.values) == {"true"} else ANYBODY
    if test.operator in NEGATED:
        # Negations are fulfilled by callers without the key, so these are denied; but not under ForAnyValue.
        qualifier = "forallvalues" if test.qualifier == "foranyvalue" else ""
        return _bound(replace(test, operator=NEGATED[test.operator], qualifier=qualifier, if_exists=False), viewer, ())
    known = test.key in KEYS or NEUTRAL.fullmatch(test.key) or _claim(test.key, viewer)
    return ANYBODY if known and test.values else UNSURE


# ---- statements ------------------------------------------------------------------------------------------------------


def _reach(document: Document, viewer: _Viewer) -> Reach:
    statements = parse(document)
    denials = [each for each in statements if not each.allow]
    grants = [
        (bound, each.label, principal.name)
        for each in statements
        if each.allow
        for principal, bound in _granted(each, denials, viewer)
    ]
    widest = _join(bound for bound, _, _ in grants)
    if widest.level is Level.NOBODY:
        return Reach(Level.NOBODY)
    at_most = [(label, name) for bound, label, name in grants if bound == widest]
    return Reach(widest.level, widest.soft, at_most[0][0], tuple(sorted({name for _, name in at_most})))


def _granted(grant: Statement, denials: Sequence[Statement], viewer: _Viewer) -> Iterable[tuple[Principal, _Bound]]:
    """Yield each principal of an Allow with how far it reaches once conditions and denials are taken off."""
    required = {test.key for test in grant.tests if test.operator == "null" and set(test.values) == {"false"}}
    facing = _facing(grant, denials)
    for principal in (EVERYONE,) if grant.others else grant.principals:
        own = replace(viewer, issuer=_issuer(principal))
        start = reduce(_meet, (_bound(test, own, required) for test in grant.tests), _admitted(principal, own))
        spared = {id(each): _spared(each, principal, own) for each in denials}
        yield principal, _join(reduce(_meet, (spared[id(each)] for each in some), start) for some in facing)


def _facing(grant: Statement, denials: Sequence[Statement]) -> list[list[Statement]]:
    """Return the sets of denials that meet the parts (an action on a resource) of an Allow."""
    if not denials:
        return [[]]
    actions = {
        tuple(at for at, each in enumerate(denials) if each.actions.covers(action)) for action in grant.actions.taken_apart()
    }
    resources = {
        tuple(at for at, each in enumerate(denials) if each.resources.covers(resource))
        for resource in grant.resources.taken_apart()
    }
    sets = {tuple(at for at in some if at in others) for some, others in product(actions, resources)}
    return [[denials[at] for at in some] for some in sets]


def _spared(denial: Statement, principal: Principal, viewer: _Viewer) -> _Bound:
    """Return whom of *principal* a Deny on the same actions and resources leaves."""
    tests = [_escape(test, viewer) for test in denial.tests]
    if denial.others:
        # Who is named there is spared. Of a named principal it isn't said whether it is one of them.
        named = [_admitted(each, viewer) for each in denial.principals] if principal.everyone else [ANYBODY]
        return _join([*tests, *named])
    return _join(tests) if any(_is(each, principal) for each in denial.principals) else ANYBODY


def _is(denied: Principal, principal: Principal) -> bool:
    if denied.everyone or denied == principal:
        return denied.kind in ("AWS", principal.kind)
    whole = denied.kind == principal.kind == "AWS" and (denied.name == denied.account or denied.name.endswith(":root"))
    return whole and bool(denied.account) and denied.account == principal.account
