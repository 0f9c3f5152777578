"""Simulated Google Cloud Platform."""

from simulators.gcp.faults import Fault
from simulators.gcp.server import SimulatedGcp

__all__ = ["Fault", "SimulatedGcp"]
