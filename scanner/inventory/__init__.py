"""The SQL inventory: tables, the way in for snapshots, the questions that checks and people ask."""
