"""Tables of core, one file per noun."""

from shijian.core.numbering import Series

from .calendar_day import CalendarDay, CalendarYear
from .form_count import FormCount
from .stored_file import StoredFile
from .time_limit import TimeLimit

__all__ = ["CalendarDay", "CalendarYear", "FormCount", "Series", "StoredFile", "TimeLimit"]
