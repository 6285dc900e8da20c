"""The grid as plain functions: codes, staffing, datums, measured coverage, assignment. No database, no clock."""
