"""Tests of the query daemon."""
