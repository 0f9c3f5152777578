"""Simulated Amazon Web Services.

A request comes in through :mod:`~simulators.listener`, gets its name in :mod:`~simulators.aws.operations`, meets the
faults that were asked for, and is answered: by what the estate told, else by the supplement, else by moto. Whoever
describes a new type of resource gives it a place in :mod:`~simulators.aws.estate`; where moto cannot answer its calls,
``place.tell`` says what AWS would, and :mod:`~simulators.aws.supplement.defaults` what it says where nothing was set up.
"""

from simulators.aws.faults import Fault
from simulators.aws.server import SimulatedAws

__all__ = ["Fault", "SimulatedAws"]
