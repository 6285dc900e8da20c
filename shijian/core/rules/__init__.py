"""Time computation (期间计算) as plain functions: days, spans, periods, explanations, clocks. No database, no clock."""
