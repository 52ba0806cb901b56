"""What answers cost, measured at the socket: this project's daemon beside the real one."""
