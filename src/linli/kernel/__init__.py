"""What every floor stands on: who acts, what a move is, how a refusal reads; no tables."""
