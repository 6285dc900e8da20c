"""Shijian (市监): the platform on which a market supervision bureau runs its whole day."""

__version__ = "0.1.0"
