"""Who and where: the registers."""
