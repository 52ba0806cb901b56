"""Tests of the snapshot: its values, their relations and the fill rules."""
