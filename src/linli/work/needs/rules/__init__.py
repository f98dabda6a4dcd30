"""What can be decided about a need from its words and figures alone."""
