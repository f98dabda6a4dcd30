"""Rulebook: law and settings as dated data, and the duties that follow from them.

Owns the words rule, setting, basis, confidence, jurisdiction, duty and clock stop. What a duty is about, and when one
arises or is met, belongs to the context that raises it.
"""
