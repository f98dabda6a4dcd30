"""Measurements: one file a question; what it is compared with runs beside it. `./linli bench [NAME]`."""
