"""Tests of the changes of a configuration."""
