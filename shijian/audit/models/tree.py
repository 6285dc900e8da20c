from django.db import models


class Leaf(models.Model):
    """The place of an entry in the tree, given by the sealing job: dense indexes from 0."""

    index = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)  # no foreign key: a leaf outlives a deleted entry and accuses
    xid = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.index}: {self.entry_id}"


class Node(models.Model):
    """The hash of a complete subtree of 2**level leaves, level ≥ 1: with these a proof needs log n reads."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    pk = models.CompositePrimaryKey("level", "index")

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class TreeHead(models.Model):
    """A signed root: what the log said when it had `size` leaves."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    signature = models.BinaryField(max_length=64)
    key_id = models.CharField(max_length=16)

    class Meta:
        get_latest_by = "size"

    def __str__(self) -> str:
        return f"{self.size}: {bytes(self.root).hex()[:16]}"
