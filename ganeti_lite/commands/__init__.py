"""The ``gnt-*`` commands.

A command is a row of a table (:mod:`~ganeti_lite.commands.program`): what it is called, which options it takes and the
function that runs it. That function gets its options, arguments and surroundings as values, and gives back what is to
be printed; the one place that prints is :func:`~ganeti_lite.commands.program.run_program`.

A listing is over in some tens of milliseconds, most of them spent on imports: only the standard library's lightest
modules are used here, and nothing is re-exported.
"""
