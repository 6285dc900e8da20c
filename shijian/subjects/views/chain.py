from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires

from .. import queries
from ..choices import ChainLink
from ..permissions import ENTITY_VIEW


@requires(ENTITY_VIEW)
@require_GET
def links(request: PersonRequest) -> HttpResponse:
    """Production, circulation, consumption: how many active entities of each link in each area; each number opens its rows."""
    asked = request.GET.get("area", "")
    above = asked if asked.isascii() and asked.isalnum() and len(asked) <= 12 else ""
    rows = queries.links_by_area(request.user, above)
    table = [
        {
            "row": row,
            "cells": [
                (number, _rows(row.code, link), link.label) for number, link in zip(row.numbers, ChainLink, strict=True)
            ],
        }
        for row in rows
    ]
    totals = [
        (sum(row.numbers[place] for row in rows), _rows(above, link) if above else _all(link), link.label)
        for place, link in enumerate(ChainLink)
    ]
    context = {"table": table, "totals": totals, "above": above, "labels": ChainLink.labels}
    return render(request, "subjects/links.html", context)


def _rows(code: str, link: ChainLink) -> str:
    where = {"area": code, "active": 1} if code else {"unbound": 1}
    return f"{reverse('subjects:list')}?{urlencode({**where, 'link': link.value})}"


def _all(link: ChainLink) -> str:
    return f"{reverse('subjects:list')}?{urlencode({'active': 1, 'link': link.value})}"
