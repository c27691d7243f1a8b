"""Documents without pages (DOCX, EPUB, HTML, Markdown, plain text) → blocks of text → parts that stand for pages."""
