"""What the user wants to see, as a qfilter: from names and globs, or from the textual filter language.

* :mod:`~ganeti_lite.commands.filters.selection` decides which of both the arguments are, and takes names and globs,
* :mod:`~ganeti_lite.commands.filters.tokenizer` and :mod:`~ganeti_lite.commands.filters.parser` read the language,
* :mod:`~ganeti_lite.commands.filters.conditions` is what they read it to.
"""
