"""Tests of the choice of items."""
