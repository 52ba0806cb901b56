"""What each opcode checks, locks, changes and has done."""
