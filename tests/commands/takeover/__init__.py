"""Tests of the switch on a live master."""
