"""A month of sent forms in the demo: what was asked, known and offered; a few fields typed again, so that the page shows how that looks."""

from datetime import datetime, timedelta

import numpy as np
from django.utils.timezone import localdate

from shijian.core.models import FormCount

# form, times a day, fields asked, known, offered
FORMS = [
    ("events.report", 9, 7, 2, 2),
    ("documents.paper", 3, 21, 14, 14),
    ("grid.record", 6, 3, 2, 2),
    ("subjects.edit", 4, 4, 4, 4),
    ("grid.opinion", 1, 7, 3, 3),
]


def play(bureau_code: str, *, seed: int, now: datetime) -> None:
    """The days before today; today counts for itself. Harmless to repeat."""
    random = np.random.default_rng([seed, 11])
    made = []
    for back in range(1, 30):
        day = localdate(now) - timedelta(days=back)
        for form, often, asked, known, offered in FORMS:
            sent = int(random.poisson(often if day.weekday() < 5 else often / 4))
            again = 2 * int(form == "events.report" and back in (3, 12, 21, 26))
            if sent:
                made.append(
                    FormCount(
                        bureau_code=bureau_code, form=form, on=day, sent=sent, asked=sent * asked, known=sent * known,
                        offered=sent * offered - min(again, sent), retyped=min(again, sent),
                    )
                )  # fmt: skip
    FormCount.objects.bulk_create(made, ignore_conflicts=True)
