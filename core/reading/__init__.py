"""A file → Pages: PDFium first, then pypdf; every file ends in pages or in a sentence that says why not."""
