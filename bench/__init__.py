"""Benchmarks of quality.md, both sides in one run: `bin/shijian bench`."""
