"""Tests of the made-up clusters and the demonstration."""
