"""Pure decisions over plain values: the taxonomy, hours and slots, prices and eligibility, rows of a file."""
