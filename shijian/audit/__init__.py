"""Append-only record of who did what, when and where, sealed in a Merkle tree (RFC 6962)."""
