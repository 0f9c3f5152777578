"""``who-can``: who may do an action, by the policies that a look read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scanner.cli.app import app
from scanner.cli.common import Accounts, ConfigFile, Db, FormatName, Output, inventory, put, split

if TYPE_CHECKING:
    from scanner.inventory.moments import Look
    from scanner.inventory.store import Store


@app.command("who-can")
def who_can(
    action: Annotated[str, typer.Argument(help="As the provider writes it: s3:GetObject, storage.objects.get.")],
    resource: Annotated[str, typer.Argument(help="Its id (ARN, ARM id, full resource name); without one, on anything.")] = "",
    account: Accounts = None,
    snapshot: Annotated[str, typer.Option("--snapshot", help="The look to ask; see `demarc diff --help`.")] = "latest",
    db: Db = "",
    config: ConfigFile = None,
    format: FormatName = "table",
    output: Output = None,
) -> None:
    """Say who may do an action: yes, possibly (a condition, or what was not read, may forbid it), or unknown."""
    from scanner.inventory.moments import looks  # noqa: PLC0415

    with inventory(db, config) as store:
        with store.reading() as connection:
            found = looks(connection, snapshot, datetime.now(UTC), split(account))
        rows = (row for look in found.values() for row in answers(store, look, action, resource))
        put(rows, "answer account_id principal through", format, output)


def answers(store: Store, look: Look, action: str, resource: str) -> Iterator[dict[str, Any]]:
    """Yield who may do it in one account, those that certainly may first; one row of ``unknown`` where nobody can say."""
    from scanner.evaluation.entitlement import Question, entitlements  # noqa: PLC0415
    from scanner.inventory.past import type_of  # noqa: PLC0415
    from scanner.model import UnreadError  # noqa: PLC0415
    from scanner.provider import load  # noqa: PLC0415
    from scanner.scan import beheld  # noqa: PLC0415

    asked = entitlements(look.provider)
    names = {"provider": look.provider, "account_id": look.account_id}
    if asked is None or look.at is None:
        yield {**names, "answer": "unknown", "principal": "", "through": f"no policies of {look.provider} are read"}
        return
    with store.reading() as connection:
        question = Question(action, resource, type_of(connection, look, resource))
    with beheld(store, look, load(look.provider).kinds()) as known:
        try:
            holders = sorted(asked.who_can(known, question, look.at), key=lambda each: (not each.certain, each.principal))
        except UnreadError as error:
            yield {**names, "answer": "unknown", "principal": "", "through": str(error)}
            return
    for each in holders:
        answer = "yes" if each.certain else "possibly"
        yield {**names, "answer": answer, "principal": each.principal, "through": each.through}
