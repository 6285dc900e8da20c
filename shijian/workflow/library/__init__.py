"""The procedures the product ships, and how they are drawn."""
