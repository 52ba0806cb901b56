"""Locks: who may work on what."""

from ._levels import BIG_LOCK, LOCKSET, LockLevel, LockWish

__all__ = ["BIG_LOCK", "LOCKSET", "LockLevel", "LockWish"]
