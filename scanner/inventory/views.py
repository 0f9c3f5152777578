"""The public views: what people query. Their columns are kept; the tables beneath may change.

One text serves both engines; ``{tags}`` and the like are the only places where they differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b

from sqlalchemy import Connection, inspect

from scanner.inventory.columns import MEANINGS

LATEST = "(SELECT max(s.pk) FROM snapshot s WHERE s.status IN ('complete', 'partial') GROUP BY s.account_pk)"
# In two parts, of which an engine skips the one that a question for ``latest`` leaves out, however long the history grows.
SCORES = """SELECT a.provider, a.account_id, x.region, x.service, x.area, x.check_id, x.severity, x.owner, x.passed, x.failed,
       x.unknown, x.accepted, x.expected, x.known, x.earned, x.snapshot_pk AS snapshot_id, s.started_at AS scored_at,
       {} AS latest
FROM score x
JOIN account a ON a.pk = x.account_pk
JOIN snapshot s ON s.pk = x.snapshot_pk"""

VIEWS = {
    "current_resources": """
SELECT a.provider, a.account_id, r.region, r.resource_type, r.resource_id, r.name, r.service, {tags} AS tags, v.facts,
       r.first_seen_at, r.last_changed_at, s.started_at AS last_seen_at, r.volatile, {unread} AS unread, r.listed_in,
       r.pk AS resource_pk
FROM resource r
JOIN account a ON a.pk = r.account_pk
JOIN resource_version v ON v.resource_pk = r.pk AND v.valid_to IS NULL
JOIN listing l ON l.account_pk = r.account_pk AND l.resource_type = r.resource_type AND l.region = r.listed_in
     AND l.valid_to IS NULL
JOIN snapshot s ON s.pk = CASE WHEN l.whole_pk > v.valid_from THEN l.whole_pk ELSE v.valid_from END
WHERE r.closed_at IS NULL
""",
    "findings": """
SELECT f.finding_id, f.check_id, f.control, f.area, f.owner, f.service, f.service_model, f.severity,
       coalesce(f.status, 'closed') AS status, f.reason, a.provider, a.account_id, r.region, r.resource_type, r.resource_id,
       r.name AS resource_name, f.opened_at, f.resolved_at, f.reopened, f.known AS last_known_status,
       f.known_at AS last_known_at, s.started_at AS last_seen_at, f.snapshot_pk AS snapshot_id, f.operation, f.permission,
       f.evidence, x.owner AS accepted_by, x.reason AS accepted_because, x.until AS accepted_until
FROM finding f
JOIN account a ON a.pk = f.account_pk
JOIN resource r ON r.pk = f.resource_pk
JOIN listing l ON l.account_pk = r.account_pk AND l.resource_type = r.resource_type AND l.region = r.listed_in
     AND l.valid_to IS NULL
JOIN snapshot s ON s.pk = coalesce(l.whole_pk, l.snapshot_pk)
LEFT JOIN acceptance x ON x.pk = f.acceptance_pk AND x.until > {now} AND x.withdrawn_at IS NULL
""",
    "open_findings": """
SELECT * FROM findings WHERE opened_at IS NOT NULL AND resolved_at IS NULL AND accepted_until IS NULL
""",
    "blind_spots": """
SELECT a.provider, a.account_id, g.region, g.service, coalesce(g.area, '') AS area, g.reason, g.code, g.permission,
       g.operation, g.resource_type, count(DISTINCT g.finding_pk) AS findings_affected,
       count(DISTINCT g.resource_pk) AS resources, min(s.started_at) AS since
FROM (SELECT b.*, f.pk AS finding_pk, f.area
      FROM gap b LEFT JOIN finding f ON f.resource_pk = b.resource_pk AND f.status = 'unknown' AND f.operation = b.operation
      WHERE b.resource_pk IS NOT NULL AND b.valid_to IS NULL
      UNION ALL
      SELECT b.*, f.pk AS finding_pk, f.area
      FROM gap b LEFT JOIN finding f ON f.account_pk = b.account_pk AND f.status = 'unknown' AND f.operation = b.operation
      WHERE b.resource_pk IS NULL AND b.valid_to IS NULL) g
JOIN account a ON a.pk = g.account_pk
JOIN snapshot s ON s.pk = g.since
GROUP BY a.provider, a.account_id, g.region, g.service, coalesce(g.area, ''), g.reason, g.code, g.permission, g.operation,
         g.resource_type
UNION ALL
SELECT a.provider, a.account_id, r.region, '', '', 'unsupported', '', '', '', r.resource_type, 0, count(*),
       min(r.first_seen_at)
FROM resource r JOIN account a ON a.pk = r.account_pk
WHERE r.service = '' AND r.closed_at IS NULL
GROUP BY a.provider, a.account_id, r.region, r.resource_type
""",
    "responsibility_ledger": f"""
SELECT a.provider, a.account_id, l.service, l.service_model, l.area, l.owner, l.state,
       CASE WHEN l.expected > 0 THEN l.earned / l.expected END AS score_floor,
       CASE WHEN l.expected > 0 THEN l.known / l.expected END AS coverage,
       l.checks, l.passed, l.failed, l.unknown, l.provider_duty, l.customer_duty, l.source, l.note, l.expected, l.known,
       l.earned, l.snapshot_pk AS snapshot_id
FROM ledger l
JOIN account a ON a.pk = l.account_pk
WHERE l.snapshot_pk IN {LATEST}
""",
    "scores": f"""
{SCORES.format(1)} WHERE x.snapshot_pk IN {LATEST}
UNION ALL
{SCORES.format(0)} WHERE x.snapshot_pk NOT IN {LATEST}
""",
    "finding_history": """
SELECT f.finding_id, f.check_id, e.event, e.cause, e.at, e.snapshot_pk AS snapshot_id
FROM finding_event e
JOIN finding f ON f.pk = e.finding_pk
""",
    "changes": """
SELECT v.valid_from AS snapshot_id, s.started_at AS at, CASE WHEN o.pk IS NULL THEN 'added' ELSE 'changed' END AS change,
       a.provider, a.account_id, v.region, r.resource_type, r.resource_id, v.name, o.facts AS facts_before,
       v.facts AS facts_after
FROM resource_version v
JOIN resource r ON r.pk = v.resource_pk
JOIN account a ON a.pk = r.account_pk
JOIN snapshot s ON s.pk = v.valid_from
LEFT JOIN resource_version o ON o.resource_pk = v.resource_pk AND o.valid_to = v.valid_from
WHERE s.status <> 'pruned'
UNION ALL
SELECT v.valid_to, s.started_at, 'removed', a.provider, a.account_id, v.region, r.resource_type, r.resource_id, v.name,
       v.facts, NULL
FROM resource_version v
JOIN resource r ON r.pk = v.resource_pk
JOIN account a ON a.pk = r.account_pk
JOIN snapshot s ON s.pk = v.valid_to
WHERE s.status <> 'pruned'
      AND NOT EXISTS (SELECT 1 FROM resource_version n WHERE n.resource_pk = v.resource_pk AND n.valid_from = v.valid_to)
""",
}
COMMENTS = {
    "current_resources": "What is there, as last seen, with tags and facts",
    "findings": "Every verdict; status closed: resource, duty or check is gone",
    "open_findings": "Findings that failed when they were last known, did not pass since, and that nobody accepts",
    "blind_spots": "What could not be read, what would have to be granted, and how many findings wait for it",
    "responsibility_ledger": "The split of each account: who owns each area of each service in use, and how it stands",
    "scores": "Additive triples; sum them over any slice where latest = 1",
    "finding_history": "Turns in the life of findings",
    "changes": "Resources that were added, changed or removed, by snapshot",
}
UNREAD = """(SELECT {0}(g.fact, {1}(g.reason, g.code, g.operation, g.permission)) FROM gap g
       WHERE g.resource_pk = r.pk AND g.valid_to IS NULL)"""
OWN = {
    "sqlite": {
        "{tags}": "nullif(v.facts -> 'tags', 'null')",
        "{now}": "strftime('%Y-%m-%dT%H:%M:%f000+00:00')",
        "{unread}": f"nullif({UNREAD.format('json_group_object', 'json_array')}, '{{}}')",
    },
    "postgresql": {
        "{tags}": "v.facts -> 'tags'",
        "{now}": "now()",
        "{unread}": UNREAD.format("jsonb_object_agg", "jsonb_build_array"),
    },
}


def create(dialect: str) -> list[str]:
    """Return the statements that make the views."""
    made = [f"CREATE VIEW {name} AS {_spoken(body.strip(), dialect)}" for name, body in VIEWS.items()]
    said = [f"COMMENT ON VIEW {name} IS '{quoted(text)}'" for name, text in COMMENTS.items()]
    return made + (said if dialect == "postgresql" else [])


def _spoken(body: str, dialect: str) -> str:
    for mark, own in OWN[dialect].items():
        body = body.replace(mark, own)
    return body


def edition(dialect: str) -> str:
    """Return a hash over everything that :func:`make` would say."""
    return blake2b("\n".join([*create(dialect), *MEANINGS.values()]).encode(), digest_size=16).hexdigest()


def make(connection: Connection) -> None:
    """Create the views anew and, where the engine keeps comments, say what they and their columns are."""
    for statement in (*drop(), *create(connection.dialect.name)):
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "postgresql":
        for name, columns in held(connection).items():
            for column in columns:
                connection.exec_driver_sql(f"COMMENT ON COLUMN {name}.{column} IS '{quoted(MEANINGS[column])}'")


def held(connection: Connection) -> Mapping[str, Sequence[str]]:
    """Return the columns of each view, as the database has them."""
    return {name: [column["name"] for column in inspect(connection).get_columns(name)] for name in VIEWS}


def quoted(text: str) -> str:
    return text.replace("'", "''")


def drop() -> list[str]:
    """Return the statements that remove them, dependants first."""
    return [f"DROP VIEW IF EXISTS {name}" for name in ("open_findings", *(name for name in VIEWS if name != "open_findings"))]
