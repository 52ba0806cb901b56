"""Tests of :mod:`ganeti_lite.jobs`."""
