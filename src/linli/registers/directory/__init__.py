"""Directory: what is offered to residents, by whom, where, when, for how much, and which times are still free.

Owns category, service, opening hours, exceptional day, slot, price and subsidy. Who an organisation is belongs to
organisations, who may carry out a visit to practitioners, and what becomes of a taken slot to orders.
"""
