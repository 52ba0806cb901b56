"""What questions about jobs cost, and what it costs to wait for them."""
