"""What every page is built from: lists, timelines, forms."""

from .charts import Bar, Columns
from .fields import FilesField, StyledForm, form_page, status_of, style_form, telling
from .filters import Choice, Filter, Fixed, Flag, Period, Search
from .listing import Bulk, Column, ListPage
from .timeline import Moment, Picture

__all__ = [
    "Bar",
    "Bulk",
    "Choice",
    "Column",
    "Columns",
    "FilesField",
    "Filter",
    "Fixed",
    "Flag",
    "ListPage",
    "Moment",
    "Period",
    "Picture",
    "Search",
    "StyledForm",
    "form_page",
    "status_of",
    "style_form",
    "telling",
]
