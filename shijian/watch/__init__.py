"""Whole-process watch (智能监察): rules over records that find acting beyond power, not acting, wrong actors, delay, missing papers.

A rule is registered by the module that owns the records (`hooks.register`); a bureau switches it and sets its numbers
as dated data. A run finds what each rule names, keeps one open hit for one thing, and takes off what has gone. People
handle hits: confirm, exclude with a reason, rectify, escalate. A hit accuses nobody; it shows a record and a reason.
"""
