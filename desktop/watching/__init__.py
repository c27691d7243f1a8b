"""Where the person says which folders are watched, and what becomes of documents whose file is gone."""
