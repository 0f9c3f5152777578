"""Simulated Microsoft Azure.

A request comes in through :mod:`~simulators.listener`, over TLS, gets its name in :mod:`~simulators.azure.operations`,
meets the faults that were asked for, and is answered by one of four: :mod:`~simulators.azure.tokens` (Entra's token
endpoint), :mod:`~simulators.azure.arm` (Azure Resource Manager), :mod:`~simulators.azure.query` (Resource Graph) or
:mod:`~simulators.azure.graph` (Microsoft Graph). What they answer is data: :mod:`~simulators.azure.estate`.
"""

from simulators.azure.faults import Fault
from simulators.azure.server import SimulatedAzure

__all__ = ["Fault", "SimulatedAzure"]
