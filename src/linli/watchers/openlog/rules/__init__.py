"""What a log is, from bytes alone: trees, tiles, signed notes, leaves, receipts, and what can be wrong with them."""
