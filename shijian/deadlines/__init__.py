"""Clocks (办理时限): a legal time limit attached to any record, its suspensions and extensions, its due date and history.

The law of counting is `core.rules`; a clock keeps what it was told (start, spans, extensions with their documents) and
what came out, and is worked out anew whenever one of these, or the working calendar, changes. Nothing is overwritten
silently: every change of the due date is a row with its reason.
"""
