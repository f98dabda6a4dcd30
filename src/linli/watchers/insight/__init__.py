"""What a region has, lacks and leaves waiting, in figures for its offices: the courses of needs (kept from the journal,
without names or words), services and free places beside the people who live there, listings that grow old, and special
groups whom nobody reached. It owns the words measure, course (of a need), count and unreached; what the figures are
about, and who may see whom, stays with the registers and with needs."""
