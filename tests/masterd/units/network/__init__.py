"""Orders about networks of instances."""
