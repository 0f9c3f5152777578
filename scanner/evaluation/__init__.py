"""From facts to verdicts: checks, the runner, the life of findings, scores."""
