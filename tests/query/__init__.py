"""Tests of :mod:`ganeti_lite.query`."""
