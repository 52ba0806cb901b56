"""Logical units: what each opcode checks, locks, changes and has done. Pure; one module a family."""

from ._effects import (
    OFFLINE_REASON,
    CallNodes,
    Change,
    ChangeConfig,
    Effect,
    Effects,
    HookPlan,
    ReleaseLocks,
    Reserve,
    Reserved,
    Tell,
    info,
    warning,
)
from ._unit import FollowUp, LogicalUnit, Order

__all__ = [
    "OFFLINE_REASON",
    "CallNodes",
    "Change",
    "ChangeConfig",
    "Effect",
    "Effects",
    "FollowUp",
    "HookPlan",
    "LogicalUnit",
    "Order",
    "ReleaseLocks",
    "Reserve",
    "Reserved",
    "Tell",
    "info",
    "warning",
]
