"""How many connections the kernel has accepted in a network namespace."""

from pathlib import Path


def count_accepted(pid: int) -> int:
    """TCP connections that listeners have been given so far in the network namespace of a process (PassiveOpens of
    /proc/PID/net/snmp). Each call to a node daemon is a connection of its own.
    """
    lines = [line.split() for line in Path(f"/proc/{pid}/net/snmp").read_text().splitlines() if line.startswith("Tcp:")]
    names, values = lines
    return int(values[names.index("PassiveOpens")])
