"""Ratios measured in one run: what is asked of the clouds, and what it costs. `python -m benchmarks` runs them all."""
