"""Templates, theme, components, form rendering; the gallery at /ui/ shows every piece. No domain words or tables."""
