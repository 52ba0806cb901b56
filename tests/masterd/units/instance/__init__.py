"""Orders about instances."""
