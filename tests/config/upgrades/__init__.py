"""Tests of the upgrades of older configurations."""
