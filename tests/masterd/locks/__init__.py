"""Locks: granting, waiting, releasing."""
