"""Checks on what option groups add to databases of RDS."""

from __future__ import annotations

from checks.aws.rds_read import INSTANCE, alone, options
from checks.kinds import each
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed

# The port of Oracle's option SSL is the engine's own, over TLS. Source: RDS user guide, "Oracle Secure Sockets Layer".
OF_THE_ENGINE = {"SSL"}
EMPTY = "default:"  # groups that AWS makes, which have no options. Source: RDS user guide, "Working with option groups".


@each(
    (INSTANCE,),
    "engine_alone",
    control="application.exposure",
    severity=Severity.LOW,
    title="NOUN runs no program beside its engine that takes connections",
    risk="Consoles, report servers and caches bring holes and passwords of their own, right beside the data.",
    fix="aws rds remove-option-from-option-group --option-group-name GROUP --options OPTION --region {region}",
)
@alone
def engine_alone(database: Resource, inventory: Inventory) -> Verdict:
    groups = database["item"].get("OptionGroupMemberships") or []
    if all(str(group["OptionGroupName"]).startswith(EMPTY) for group in groups):
        return passed("nothing is added to the engine")
    found = {
        f"{option['OptionName']} at port {option['Port']}"
        for option in options(database, inventory)
        if option.get("Port") and option["OptionName"] not in OF_THE_ENGINE
    }
    return failed(", ".join(sorted(found))) if found else passed("nothing beside the engine takes connections")
