"""The version of Demarc that comes next, as programs: today's, with one migration more and a version of its own.

``python -m tests.scanner.daemon.newer daemon|worker|child|opening ...``. Its schema lies in the folder that DEMARC_TEST_NEWER
names, which :func:`made` makes.
"""

from __future__ import annotations

import os
import shutil
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from scanner.inventory import schema

FOLDER = "DEMARC_TEST_NEWER"
REVISION = "9001"
MIGRATION = '''
from alembic import op

revision, down_revision, branch_labels, depends_on = "{revision}", "{before}", None, None
WRITES = """
CREATE FUNCTION writes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO wrote VALUES (TG_TABLE_NAME, current_setting('application_name')); RETURN NULL; END $$
"""


def upgrade() -> None:
    op.execute("CREATE TABLE wrote (what text, who text)")
    op.execute(WRITES)
    for table in {tables}:
        op.execute(f"CREATE TRIGGER writes AFTER INSERT OR UPDATE OR DELETE ON {{table}} EXECUTE FUNCTION writes()")
'''
TABLES = ("alert", "change", "finding", "outbox", "resource", "resource_version", "run", "snapshot")


def made(folder: Path) -> dict[str, str]:
    """Make the newer version's migrations, and return the environment in which they are its own.

    The last of them notes, from then on, which program writes to which table: a program is told by its PGAPPNAME.
    """
    here = folder / "migrations"
    before = schema.revisions()[-1]
    shutil.copytree(schema.MIGRATIONS, here, ignore=shutil.ignore_patterns("__pycache__"))
    text = MIGRATION.format(revision=REVISION, before=before, tables=TABLES)
    (here / "versions" / f"{REVISION}_newer.py").write_text(text)
    return {FOLDER: str(here), "PGAPPNAME": "newer"}


def prepare() -> None:
    """Be the newer version, with the provider that its neighbour has."""
    from scanner.daemon import opening, processes  # noqa: PLC0415
    from tests.scanner.daemon import program  # noqa: PLC0415

    schema.MIGRATIONS = Path(os.environ[FOLDER])
    schema.revisions.cache_clear()
    program.prepare()
    command = (sys.executable, "-m", "tests.scanner.daemon.newer")
    opening.COMMAND = (*command, "opening")  # type: ignore[assignment]
    processes.Process.__init__.__defaults__ = ((*command, "child"),)
    processes.Nursery.__init__.__defaults__ = (forked,)


def forked(line: Connection) -> None:
    """Scan as a worker's child, with the stub."""
    from scanner.daemon import child  # noqa: PLC0415

    prepare()
    child.forked(line)


def main(what: str, *arguments: str) -> None:
    prepare()
    if what == "child":
        from scanner.daemon import child  # noqa: PLC0415

        child.main()
    elif what == "opening":
        from scanner.inventory.store import Store  # noqa: PLC0415

        Store.open(sys.stdin.read()).close()
    else:
        from scanner.cli.app import run  # noqa: PLC0415

        sys.exit(run([what, *arguments]))


if __name__ == "__main__":
    main(*sys.argv[1:])
