"""What it costs to have jobs taken, kept and done."""
