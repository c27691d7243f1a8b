"""Files → library: worker processes read, chunk and embed; one writer commits; progress is measured, never guessed."""
