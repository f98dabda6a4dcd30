"""Registration: how a social organisation gets its name, is founded, changes, reports every year, and ends.

Owns the words name check, founding, window (of a report) and conclusion. What is registered belongs to organisations,
the life of an application to the hall, the figures to the rulebook.
"""
