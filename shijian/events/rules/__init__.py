"""What a field event may become, who may close it, and whom to send. Plain functions."""
