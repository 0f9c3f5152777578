"""A daemon beside a simulated Azure and a simulated Google Cloud, each with its queue: what is changed, and what follows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from scanner.inventory.store import Store
from simulators.azure import certificate
from simulators.azure.queue import TOKEN, SimulatedQueue
from simulators.azure.server import SimulatedAzure
from simulators.gcp.pubsub import NAME, SimulatedPubSub
from simulators.gcp.server import SimulatedGcp
from tests.collectors.azure.test_changes import event, packed
from tests.scanner.daemon.test_faults import PATIENCE, ROOT, Daemon, eventually
from tests.scanner.inventory.build import ask

TEXT = """
database = "{folder}/demarc.db"
[daemon]
poll = "1s"
listen = "127.0.0.1:0"
[[accounts]]
provider = "{provider}"
name = "one"
{one}
[[accounts]]
provider = "{provider}"
name = "ear"
{ear}
[[schedules]]
name = "yearly"
cron = "0 0 1 1 *"
misfire_grace = "52w"
accounts = ["one"]
"""
CHANGES = """
window = "1s"
[[queues]]
name = "main"
provider = "{provider}"
account = "ear"
url = "{url}"
"""
DEMARC = "from scanner.cli import main; main()"


class Cloud(ABC):
    """A simulated cloud with a queue of changes, and the daemon that looks at both."""

    provider: ClassVar[str]
    attack: ClassVar[str]
    thing: ClassVar[str]  # of the end of its id
    queue: Any

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.daemons: list[Daemon] = []

    def begin(self, url: str, one: str, ear: str, environment: dict[str, str]) -> None:
        self.environment = {**os.environ, **environment}
        given = {"provider": self.provider, "folder": self.folder, "url": url, "one": one, "ear": ear}
        (self.folder / "demarc.toml").write_text(TEXT.format(**given))
        (self.folder / "changes.toml").write_text(CHANGES.format(**given))

    @abstractmethod
    def change(self) -> None:
        """Make something worse that was good."""

    @abstractmethod
    def announce(self) -> None:
        """Put that into the queue."""

    @abstractmethod
    def strike(self) -> None:
        """Put an attack into the queue, of which the cloud itself shows nothing."""

    @abstractmethod
    def services(self) -> set[str]:
        """Return which services were asked for, as far as calls tell, and forget it."""

    def daemon(self) -> Daemon:
        """Start a daemon, and wait until the first scan is done."""
        files = ["--config", str(self.folder / "demarc.toml"), "--changes", str(self.folder / "changes.toml")]
        log = self.folder / "log"
        with log.open("wb") as out:
            command = [sys.executable, "-c", DEMARC, "daemon", *files]
            process = subprocess.Popen(command, stderr=out, stdout=out, cwd=ROOT, env=self.environment)
        self.daemons.append(Daemon(process, log))
        self.daemons[-1].said("scan ended", schedule="yearly", state="done")
        return self.daemons[-1]

    def demarc(self, *arguments: str) -> None:
        command = [sys.executable, "-c", DEMARC, *arguments, "--config", str(self.folder / "demarc.toml")]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, timeout=PATIENCE)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with Store.found(str(self.folder / "demarc.db")) as store:
            return ask(store, query)

    def findings(self) -> set[tuple[str, str]]:
        return {(check, id) for check, id in self.ask("SELECT check_id, resource_id FROM open_findings WHERE status = 'fail'")}


class AzureCloud(Cloud):
    provider, attack, thing = "azure", "azure.event.diagnostic_setting_deleted", "/storageaccounts/stprod"

    def __init__(self, folder: Path, closing: ExitStack) -> None:
        super().__init__(folder)
        self.azure = closing.enter_context(SimulatedAzure.start())
        ca_file = Path(self.azure.ca_file)
        with pytest.MonkeyPatch.context() as patch:  # one certificate for both: an account has one file of what it trusts
            patch.setattr(certificate, "write", lambda _: (ca_file, ca_file.with_name("key.pem")))
            self.queue = closing.enter_context(SimulatedQueue.start())
        issued = self.azure.tokens._issue
        self.azure.tokens._issue = lambda audience: TOKEN if "storage" in audience else issued(audience)  # type: ignore[method-assign]
        (account,) = [each for each in self.azure.estate.find("microsoft.storage/storageaccounts") if "stprod" in each.id]
        self.account = account
        subscription = account.id.split("/")[2]
        one = f'subscription = "{subscription}"\nservices = ["storage", "keyvault"]'
        self.begin(self.queue.url, one, "", self.azure.environment)

    def change(self) -> None:
        self.account.document["properties"]["allowBlobPublicAccess"] = True
        self.azure.refresh()

    def announce(self) -> None:
        self._say("Microsoft.Storage/storageAccounts/write", self.account.id)

    def strike(self) -> None:
        self._say(
            "Microsoft.Insights/diagnosticSettings/delete",
            f"{self.account.id}/providers/Microsoft.Insights/diagnosticSettings/d",
        )

    def _say(self, operation: str, id: str) -> None:
        said = event(operation, id)
        self.queue.put(packed({**said, "id": operation, "eventTime": datetime.now(UTC).isoformat()}))

    def services(self) -> set[str]:
        asked = str(self.azure.queries).lower()
        self.azure.reset_calls()
        return {name for name in ("microsoft.storage", "microsoft.keyvault") if name in asked}


class GoogleCloud(Cloud):
    provider, attack, thing = "gcp", "gcp.event.bucket_opened", "/shop-prod-data"

    def __init__(self, folder: Path, closing: ExitStack) -> None:
        super().__init__(folder)
        self.gcp = closing.enter_context(SimulatedGcp.start())
        self.queue = closing.enter_context(SimulatedPubSub.start())
        (self.bucket,) = [each for each in self.gcp.estate.assets if each["name"].endswith(self.thing)]
        one = f'organization = "{self.gcp.organization}"\nservices = ["storage", "kms"]'
        self.begin(NAME, one, f'endpoint_url = "{self.queue.endpoint}"', self.gcp.environment)

    def change(self) -> None:
        configuration = self.bucket["resource"]["data"]["iamConfiguration"]
        configuration["publicAccessPrevention"] = "inherited"
        configuration["uniformBucketLevelAccess"] = configuration["bucketPolicyOnly"] = {"enabled": False}
        self.gcp.refresh()

    def announce(self) -> None:
        self._say({name: value for name, value in self.bucket.items() if name != "iamPolicy"})

    def strike(self) -> None:
        everyone = {"bindings": [{"role": "roles/storage.objectViewer", "members": ["allUsers"]}]}
        self._say({name: value for name, value in self.bucket.items() if name != "resource"} | {"iamPolicy": everyone})

    def _say(self, asset: dict[str, Any]) -> None:
        self.queue.publish(json.dumps({"asset": asset, "window": {"startTime": datetime.now(UTC).isoformat()}}).encode())

    def services(self) -> set[str]:
        asked = {type.partition(".")[0] for each in self.gcp.asked for type in each.get("assetTypes", ())}
        self.gcp.reset_calls()
        return asked & {"storage", "cloudkms"}


@pytest.fixture(params=[AzureCloud, GoogleCloud], ids=["azure", "gcp"])
def cloud(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cloud]:
    with ExitStack() as closing:
        made = request.param(tmp_path, closing)
        yield made
        for each in made.daemons:
            each.process.kill()
            each.process.wait()


def test_what_is_changed_is_looked_at_and_nothing_else(cloud: Cloud) -> None:
    daemon = cloud.daemon()
    assert len(cloud.services()) == 2
    before = cloud.findings()
    cloud.change()
    cloud.announce()
    daemon.said("scan ended", schedule="(changes)", state="done")
    assert len(cloud.services()) == 1
    more = cloud.findings() - before
    assert more
    assert {id.lower().endswith(cloud.thing) for _, id in more} == {True}
    eventually(lambda: not cloud.queue.messages)
    assert 'demarc_changes_total{outcome="stale",queue="main"} 1.0' in daemon.asked("/metrics")[1]


def test_an_attack_is_a_finding_at_once(cloud: Cloud) -> None:
    daemon = cloud.daemon()
    cloud.strike()
    assert daemon.said("attack")["check"] == cloud.attack
    assert cloud.attack in {check for check, _ in cloud.findings()}
    eventually(lambda: not cloud.queue.messages)


def test_a_queue_that_is_away_is_told_and_leaves_all_to_the_schedule(cloud: Cloud) -> None:
    cloud.queue.fault = "denied"
    daemon = cloud.daemon()
    assert "403" in daemon.said("the queue can't be read", queue="main")["error"]
    assert 'demarc_queue_up{queue="main"} 0.0' in daemon.asked("/metrics")[1]
    before = cloud.findings()
    cloud.change()
    cloud.announce()
    cloud.demarc("scan", "--now", "one")
    daemon.said("scan ended", schedule="now", state="done")
    assert cloud.findings() > before
    assert cloud.queue.messages
