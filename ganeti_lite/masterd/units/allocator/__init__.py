"""Ganeti's iallocator protocol, version 2: a program is told the whole cluster, and says where to put what.

Pure, as all units are: the request is made from the configuration and from what nodes say of themselves, the answer is
read. Source: Ganeti's documentation of iallocator, and the requests that Ganeti 3.0 makes.
"""

from ._request import Allocation
from ._run import AllocatorError, run_allocator

__all__ = ["Allocation", "AllocatorError", "run_allocator"]
