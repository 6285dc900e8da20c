"""What a paper says, as plain functions: fields, layout, wording, numbers, remedies."""
