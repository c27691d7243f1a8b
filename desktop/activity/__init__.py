"""What is being added right now, and what leaves the machine: nothing."""
