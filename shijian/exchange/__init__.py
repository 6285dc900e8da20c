"""Interfaces for other systems: the HTTP API with tokens and idempotent intake."""
