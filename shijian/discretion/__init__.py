"""Discretion (裁量): benchmarks per violation as dated data, and the range of a fine worked out from facts.

`rules` is the law as plain functions: which tier the facts lead to, by which article, and the range in yuan. The
benchmarks themselves are rows of a region, changed by one person and approved by another. Every working can be
printed (裁量计算单) and attached to a record; leaving the range of similar past cases needs a reason.
"""
