"""The demo bureau: Baqiao with invented entities, people and a year of work; the same for the same seed."""
