"""What every page is built from: lists, timelines, forms."""

from .fields import style_form
from .filters import Choice, Filter, Flag, Period, Search
from .listing import Bulk, Column, ListPage
from .timeline import Moment

__all__ = ["Bulk", "Choice", "Column", "Filter", "Flag", "ListPage", "Moment", "Period", "Search", "style_form"]
