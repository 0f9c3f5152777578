"""Simulated Amazon Web Services."""

from simulators.aws.faults import Fault
from simulators.aws.server import SimulatedAws

__all__ = ["Fault", "SimulatedAws"]
