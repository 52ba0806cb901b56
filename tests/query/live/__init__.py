"""Tests of run-time data: which calls are made, and what their answers come to."""
