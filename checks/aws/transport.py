"""Whether a resource policy refuses who comes without TLS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from checks.aws.document import EVERYONE, EVERYTHING, Document, Statement, covers, parse


def refuses_plain_http(document: Document, actions: Iterable[str] = ()) -> bool:
    """Tell whether everybody is denied *actions* (or all of the service's) where ``aws:SecureTransport`` is false."""
    wanted = [action.lower() for action in actions]
    denials = [each for each in parse(document) if _denies_plain_http(each)]
    if wanted:
        denials = [each for each in denials if all(each.actions.covers(action) for action in wanted)]
    else:
        denials = [each for each in denials if each.actions.whole_service]
    return _whole([pattern for each in denials for pattern in each.resources.patterns if not each.resources.inverted])


def _denies_plain_http(statement: Statement) -> bool:
    everyone = not statement.others and EVERYONE in statement.principals
    asked = [(test.operator, test.key, {value.lower() for value in test.values}) for test in statement.tests]
    return not statement.allow and everyone and asked == [("bool", "aws:securetransport", {"false"})]


def _whole(resources: Sequence[str]) -> bool:
    """Tell whether *resources* hold a resource with what is in it: of a bucket, its objects too."""
    names = [each.split(":", 5)[-1] for each in resources if each.split(":")[2:3] == ["s3"]]
    if not names:
        return bool(resources)
    wide = any("*" in name and "/" not in name for name in names) or any(EVERYTHING.fullmatch(each) for each in resources)
    buckets = [name for name in names if "/" not in name]
    return wide or any(covers(name, f"{bucket}/*") for bucket in buckets for name in names)
