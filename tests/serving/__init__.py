"""What both daemons serve queries with."""
