"""masterd: takes jobs, keeps them on disk, executes them under locks, and is the one writer of the configuration.

Decisions are pure: :mod:`.units` say what an opcode checks, locks and changes; :mod:`.locks` who holds what;
:mod:`.schedule` which job is next. :mod:`.service` alone wires them to files, sockets and nodes.
"""
