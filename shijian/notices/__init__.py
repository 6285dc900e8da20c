"""Inbox of each person, with read state and live hints to open pages."""
