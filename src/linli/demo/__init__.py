"""One believable city, built from real divisions by a seeded simulator that calls the real actions."""
