"""What confd's datagrams cost: this project's daemon beside the real one, and beside a bare echo."""
