"""For a long time everything changes all the time, and at the end the daemon has what it had at the beginning."""
