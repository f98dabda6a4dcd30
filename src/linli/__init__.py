"""Linli: the open platform on which a place runs its social services. Four doors, one room, one journal."""
