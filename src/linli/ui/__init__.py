"""Base templates, theme, components and form rendering; the gallery at /ui/ shows every piece. No domain words, no tables."""
