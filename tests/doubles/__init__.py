"""Stand-ins for what Twisted's own testing module lacks, verified against the interfaces that they stand in for."""
