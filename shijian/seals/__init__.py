"""Seals and signatures: who may press which seal on what, and whether a PDF is still as it was sealed.

Knows PDFs and bytes, not papers: what is sealed names its record by (record_kind, record_id). `crypto` holds keys and
time stamps behind a port, `pdf` seals and examines files, the rest is the register. Source: 电子签名法 (2019-04-23)
art. 13, 14; 国务院关于在线政务服务的若干规定 (2019-04-26) art. 8, 9.
"""
