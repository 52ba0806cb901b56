"""Copies of the job queue on master candidates."""
