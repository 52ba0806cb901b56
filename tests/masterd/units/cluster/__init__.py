"""Orders about the cluster as a whole."""
