"""A question → Passages."""
