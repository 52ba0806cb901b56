"""Orders about node groups."""
