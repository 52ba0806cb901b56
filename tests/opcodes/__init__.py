"""Tests of :mod:`ganeti_lite.opcodes`."""
