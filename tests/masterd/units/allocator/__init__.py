"""What allocators are told, and what comes of their answers."""
