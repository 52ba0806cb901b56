"""Bytes that nobody has thought of, for everything that reads bytes of others."""
