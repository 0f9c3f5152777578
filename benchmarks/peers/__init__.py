"""Demarc beside Prowler and ScoutSuite: the same simulated account, the same regions, the same run."""
