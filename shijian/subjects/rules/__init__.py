"""What makes a registry row good: codes, kinds, names. Plain functions."""
