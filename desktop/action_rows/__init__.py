"""Lists whose rows say something and offer what can be done about it: the queue, a document's health, the report."""
