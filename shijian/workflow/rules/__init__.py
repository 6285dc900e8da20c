"""Diagrams read and checked, the separation of duties, the count of votes: values in, values out."""
