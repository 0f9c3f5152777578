"""Checks that a resource takes sign-ins of Entra ID, and no keys or passwords: one check for each type of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checks.azure.read import SET, inner, is_on, prop, rows, settings, word
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed

LOCAL_OFF = f"{SET}disableLocalAuth=true"


def _flag(path: str) -> Callable[[Resource], bool]:
    """Return what tells whether the property at *path* is on."""
    return lambda resource: is_on(prop(resource, path))


LOCAL_IS_OFF = _flag("disableLocalAuth")


@dataclass(frozen=True, slots=True)
class Keyless:
    """A type. ``only``: whether it takes nobody but who signs in with Entra ID."""

    type: str
    noun: str
    only: Callable[[Resource], bool] = LOCAL_IS_OFF
    fix: str = LOCAL_OFF
    cis: tuple[str, ...] = ()


def _without_passwords(server: Resource) -> bool:
    """Tell whether a server of PostgreSQL takes no passwords: it takes them where nothing is said."""
    return word(prop(server, "authConfig.passwordAuth")) == "disabled"


def _entra_only(server: Resource) -> bool:
    return settings(server).get("aad_auth_only") == "on"


def _without_keys(cluster: Resource) -> bool:
    """Tell whether no database of a cluster takes keys; one that has none takes nobody."""
    databases = rows(cluster, "databases")
    return all(word(inner(each).get("accessKeysAuthentication")) == "disabled" for each in databases)


def _without_shared_keys(account: Resource) -> bool:
    """Tell whether an account of Batch takes no keys: where nothing is said, it takes them."""
    modes = [word(each) for each in prop(account, "allowedAuthenticationModes") or []]
    return bool(modes) and "sharedkey" not in modes


def _tokens_of_entra(endpoint: Resource) -> bool:
    return word(prop(endpoint, "authMode")) == "aadtoken"


KEYLESS = (
    Keyless(
        "azure.sql.server",
        "Server",
        _flag("administrators.azureADOnlyAuthentication"),
        "az sql server ad-only-auth enable --ids {id}",
    ),
    Keyless(
        "azure.sqlmi.instance",
        "Instance",
        _flag("administrators.azureADOnlyAuthentication"),
        "az sql mi ad-only-auth enable --ids {id}",
    ),
    Keyless("azure.postgres.server", "Server", _without_passwords, f"{SET}authConfig.passwordAuth=Disabled"),
    Keyless(
        "azure.mysql.server",
        "Server",
        _entra_only,
        "az mysql flexible-server parameter set --ids {id} --name aad_auth_only --value ON",
    ),
    Keyless("azure.cosmosdb.account", "Account", cis=("v3:5.4.3",)),
    Keyless(
        "azure.redis.cache",
        "Cache",
        _flag("disableAccessKeyAuthentication"),
        f"{SET}disableAccessKeyAuthentication=true",
    ),
    Keyless(
        "azure.redis.enterprise_cluster",
        "Cluster",
        _without_keys,
        "az redisenterprise database update --ids {id}/databases/default --access-keys-auth Disabled",
    ),
    Keyless(
        "azure.synapse.workspace",
        "Workspace",
        _flag("azureADOnlyAuthentication"),
        "az synapse ad-only-auth enable --ids {id}",
    ),
    Keyless("azure.search.service", "Search service"),
    Keyless("azure.servicebus.namespace", "Namespace"),
    Keyless("azure.eventhubs.namespace", "Namespace"),
    Keyless("azure.eventgrid.topic", "Topic"),
    Keyless("azure.eventgrid.domain", "Domain"),
    Keyless("azure.iothub.hub", "Hub"),
    Keyless(
        "azure.batch.account",
        "Account",
        _without_shared_keys,
        f"{SET}allowedAuthenticationModes=['AAD','TaskAuthenticationToken']",
    ),
    Keyless(
        "azure.ml.online_endpoint",
        "Endpoint",
        _tokens_of_entra,
        "The way to sign in is chosen when it is made: az ml online-endpoint create --auth-mode aad_token",
    ),
    Keyless("azure.openai.account", "Account"),
    Keyless("azure.openai.other_account", "Account"),
    Keyless("azure.automation.account", "Account"),
    Keyless("azure.appconfig.store", "Store"),
)


def _keyless(keyless: Keyless) -> Check:
    @check(
        f"{keyless.type}.entra_only",
        on=keyless.type,
        control="identity.workload_identity",
        severity=Severity.MEDIUM,
        title=f"{keyless.noun} takes sign-ins of Entra ID only",
        risk="Keys and passwords are shared, name nobody, and stay valid when somebody leaves or a program is copied.",
        fix=keyless.fix,
        cis=keyless.cis,
    )
    def judge(resource: Resource) -> Verdict:
        return passed("keys and passwords are off") if keyless.only(resource) else failed("keys or passwords are taken as well")

    return judge


ENTRA_ONLY = tuple(_keyless(each) for each in KEYLESS)
