"""What lists of run-time values cost: this project's daemon beside the real one, on real and simulated nodes."""
