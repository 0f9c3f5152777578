"""Opens the inventory of a daemon. Its tables are made in another process: what that loads would stay for a year, unused."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

from scanner.errors import UserError
from scanner.inventory import schema
from scanner.inventory.errors import InventoryError
from scanner.inventory.slots import Hasty
from scanner.inventory.store import Store

COMMAND = (sys.executable, "-m", "scanner.daemon.opening")


def opened(url: str) -> Store:
    """Open an inventory; make it, or bring its schema up to date. Raises :class:`InventoryError` when that is impossible."""
    if _outdated(url):
        # The address holds a password: no other program may see it. What goes wrong is told by opening it here.
        subprocess.run(COMMAND, input=url.encode(), capture_output=True, start_new_session=True, check=False)  # noqa: S603 -- ours
    return Hasty.open(url)


def _outdated(url: str) -> bool:
    """Tell whether tables have to be made that this version can make. Raises :class:`InventoryError`."""
    try:
        store = Store.found(url)
    except InventoryError:  # a file that is not there yet
        return True
    with store, store.reading() as connection:
        revision = schema.revision(connection)
        return not schema.current(connection) and (not revision or revision in schema.revisions())


if __name__ == "__main__":
    with suppress(UserError):
        Store.open(sys.stdin.read()).close()
