"""Wheel and source archive: the same bytes from the same files, and all that the tests need."""
