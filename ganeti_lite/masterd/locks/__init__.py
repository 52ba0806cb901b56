"""Locks: who may work on what."""

from ._levels import BIG_LOCK, LOCKSET, LockLevel, LockWish
from ._owner import LockOwner
from ._table import Grant, LockTable

__all__ = ["BIG_LOCK", "LOCKSET", "Grant", "LockLevel", "LockOwner", "LockTable", "LockWish"]
