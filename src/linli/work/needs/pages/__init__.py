"""The pages: writing a need and keeping it, what providers may offer to, what a region lacks, and the agent's desk."""
