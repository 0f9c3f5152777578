"""Checks on network security groups: what they let in and out, and groups that filter nothing."""

from __future__ import annotations

from dataclasses import replace

from checks import exposures
from checks.azure.read import in_words, last
from checks.azure.security_rules import GROUP, OUTBOUND, attached, open_spans, rules
from checks.exposures import ADMINISTRATION, Exposure, Port, opened, too_wide
from scanner.evaluation.check import Check, check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

RULE = "az network nsg rule update --ids {id}/securityRules/RULE --source-address-prefixes RANGE"
WEB: dict[Port, str] = {("tcp", 80): "HTTP", ("tcp", 443): "HTTPS"}
# Tags that hold addresses which any customer of Azure can rent. Those of a region are written with a dot after them.
RENTED = "azurecloud"


def _of(name: str) -> dict[Port, str]:
    return {port: said for port, said in ADMINISTRATION.items() if said == name}


EXPOSURES = (
    Exposure(
        "rdp_closed",
        "NOUN keeps RDP closed to the world",
        "Anybody may guess passwords, or use the next hole in RDP, at their leisure.",
        _of("RDP"),
        Severity.HIGH,
        "network.admin_ports",
        cis=("v6:7.1",),
    ),
    Exposure(
        "ssh_closed",
        "NOUN keeps SSH closed to the world",
        "Anybody may guess passwords and keys, or use the next hole in SSH, at their leisure.",
        _of("SSH"),
        Severity.HIGH,
        "network.admin_ports",
        cis=("v6:7.2",),
    ),
    Exposure(
        "web_closed",
        "NOUN keeps web ports closed to the world",
        "Requests reach the machine itself, past the gateway and the web firewall that ought to stand before it.",
        WEB,
        Severity.LOW,
        cis=("v6:7.4",),
    ),
    *(replace(exposure, cis=()) for exposure in exposures.EXPOSURES),
)


def idle(group: Resource) -> str:
    """Return why a group lets nothing in; empty where it may."""
    return "" if attached(group) else "on no subnet and no interface"


def _exposed(exposure: Exposure) -> Check:
    @check(
        f"{GROUP}.{exposure.name}",
        on=GROUP,
        control=exposure.control,
        severity=exposure.severity,
        title=exposure.title.replace("NOUN", "Group"),
        risk=exposure.risk,
        fix=RULE,
        cis=exposure.cis,
    )
    def judge(group: Resource) -> Verdict:
        if reason := idle(group):
            return skipped(reason)
        found = opened(exposure, open_spans(rules(group)))
        return failed(found) if found else passed("closed to the world")

    return judge


EXPOSED = tuple(_exposed(each) for each in EXPOSURES)


@check(
    f"{GROUP}.udp_closed",
    on=GROUP,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Group keeps UDP closed to the world",
    risk="Services on UDP answer forged senders: they are used to flood others, and the bill and the blame are one's own.",
    fix=RULE,
    cis=("v6:7.3",),
)
def udp_closed(group: Resource) -> Verdict:
    if reason := idle(group):
        return skipped(reason)
    found = [span for span in open_spans(rules(group)) if span.protocol == "udp"]
    ports = in_words(f"{span.low}" if span.low == span.high else f"{span.low}-{span.high}" for span in found)
    return failed(f"UDP {ports} open to the world") if found else passed("closed to the world")


@check(
    f"{GROUP}.not_wide_open",
    on=GROUP,
    control="network.public_access",
    severity=Severity.CRITICAL,
    title="Group opens single ports to the world, not ranges",
    risk="Whatever listens on a machine, now or later, is offered to everybody.",
    fix=RULE,
)
def not_wide_open(group: Resource) -> Verdict:
    if reason := idle(group):
        return skipped(reason)
    wide = too_wide(open_spans(rules(group)))
    return failed(wide) if wide else passed("no range of ports is open to the world")


@check(
    f"{GROUP}.azure_kept_out",
    on=GROUP,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Group doesn't admit all of Azure",
    risk="Machines that anybody rents in Azure pass the group as if they were one's own.",
    fix=RULE,
)
def azure_kept_out(group: Resource) -> Verdict:
    if reason := idle(group):
        return skipped(reason)
    given = [rule for rule in rules(group) if rule.allows]
    wide = [rule.name for rule in given if any(tag.partition(".")[0] == RENTED for tag in rule.remote.tags)]
    return failed(f"all of Azure is admitted by {in_words(wide)}") if wide else passed("no rule admits Azure as a whole")


@check(
    f"{GROUP}.outbound_limited",
    on=GROUP,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Group lets traffic out only where it must",
    risk="What breaks in can load its tools from, and send data to, anywhere: without a rule, everything may leave.",
    fix="az network nsg rule create --nsg-name {name} -g GROUP -n deny-internet --direction Outbound --access Deny"
    " --priority 4096 --destination-address-prefixes Internet --destination-port-ranges '*' --protocol '*', after allowing"
    " what the machines need",
)
def outbound_limited(group: Resource) -> Verdict:
    if reason := idle(group):
        return skipped(reason)
    wide = too_wide(open_spans(rules(group, OUTBOUND)))
    return failed(wide.replace("open", "open outwards", 1)) if wide else passed("no range of ports leads out to the world")


@check(
    f"{GROUP}.used",
    on=GROUP,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Group is in use",
    risk="Groups that nobody uses are attached by mistake, with rules that nobody reviewed.",
    fix="az network nsg delete --ids {id}",
)
def used(group: Resource) -> Verdict:
    on = attached(group)
    return passed(f"on {in_words(last(each) for each in on)}") if on else failed(idle(group))
