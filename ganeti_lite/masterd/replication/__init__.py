"""Copies of the job queue on the master candidates: who takes the master's place has every job.

Source: what Ganeti 3.0's daemons send, and to whom.
"""

from ._files import DRAIN, SERIAL
from ._replication import PATIENCE, Replication

__all__ = ["DRAIN", "PATIENCE", "SERIAL", "Replication"]
