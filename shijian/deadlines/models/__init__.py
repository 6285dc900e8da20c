from .clock import CalendarSeen, Change, Clock, Extension, Span
from .feed import Feed
from .ladder import Rung

__all__ = ["CalendarSeen", "Change", "Clock", "Extension", "Feed", "Rung", "Span"]
