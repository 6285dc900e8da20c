"""Pages of events: reporting, the list, the event itself, and one page for each act."""
