"""The job daemon."""
