"""Who fits a need, and who comes first: pure decisions over plain values."""
