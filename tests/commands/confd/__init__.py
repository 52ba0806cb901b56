"""Tests of ``ganeti-lite confd``."""
