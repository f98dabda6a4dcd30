"""Places: the divisions of the country, their boundaries and points. Owns region, issuer, level and boundary."""
