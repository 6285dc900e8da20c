from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..forms import RelationForm
from ..models import Relation
from ..permissions import ENTITY_EDIT


@requires(ENTITY_EDIT)
def relation_new(request: PersonRequest, key: Any) -> HttpResponse:
    """Find the other entity, then say how this one stands to it."""
    entity = queries.entity_for(request.user, key, may=ENTITY_EDIT)
    text = request.GET.get("q", "").strip()
    others = [each for each in queries.search(request.user, text, limit=12) if each.pk != entity.pk] if text else []
    form = RelationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        other = queries.entity_for(request.user, form.cleaned_data["other"])
        try:
            services.relate(entity, other, kind=form.cleaned_data["kind"], by=request.user, now=now())
            messages.success(request, "已登记关系。")
            return redirect("subjects:entity", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"entity": entity, "others": others, "text": text, "form": form, "title": "登记关系"}
    return render(request, "subjects/relation.html", context, status=422 if form.errors else 200)


@requires(ENTITY_EDIT)
@require_POST
def relation_end(request: PersonRequest, key: int) -> HttpResponse:
    relation = Relation.objects.select_related("entity").filter(pk=key).first()
    if relation is None:
        raise Http404
    queries.entity_for(request.user, relation.entity_id, may=ENTITY_EDIT)
    services.end_relation(relation, by=request.user, now=now())
    messages.success(request, "已解除关系，记录保留。")
    back = relation.other_id if request.POST.get("from") == str(relation.other_id) else relation.entity_id
    return redirect("subjects:entity", back)
