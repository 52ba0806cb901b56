"""How long our commands take beside Ganeti's, from the start of the process to its end, against the same socket."""
