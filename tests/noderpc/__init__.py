"""Tests of the client of node daemons."""
