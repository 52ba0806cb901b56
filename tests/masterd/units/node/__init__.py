"""Orders about nodes."""
