"""Whole documents in the window: their summaries, their outlines, one question to each of them, two side by side."""
