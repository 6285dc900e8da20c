"""Enforcement papers (执法文书): forms as dated data, filled from what is known, numbered, approved, sealed, kept.

A paper belongs to a record of another module (event, entity, later a case) and knows nothing of it but its facts.
What a form prints is data (`data/forms`); how it looks is one layout (`typst/form.typ`); both PDF and Word are made from
the same blocks (`rules.layout`).
"""
