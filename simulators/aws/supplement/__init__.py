"""What moto lacks, and where it differs from AWS: answered here as AWS would, and never excused in the collector."""

from simulators.aws.supplement import computing, people, storing, watching
from simulators.aws.supplement.defaults import DEFAULTS
from simulators.aws.supplement.registry import AMENDMENTS, ANSWERS

__all__ = ["AMENDMENTS", "ANSWERS", "DEFAULTS", "computing", "people", "storing", "watching"]
