from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import services
from ..choices import FilterNotice
from ..forms import FilterForm
from ..models import SavedFilter
from ..permissions import ENTITY_VIEW
from ..services import subscriptions


@requires(ENTITY_VIEW)
@require_POST
def save(request: PersonRequest) -> HttpResponse:
    """Keep the filter of the list one comes from under a name of one's own."""
    form = FilterForm(request.POST)
    query = urlsplit(request.headers.get("Referer", "")).query[:500]
    try:
        if form.is_valid():
            saved = services.save_filter(form.cleaned_data["name"], query, by=request.user, now=now())
            query = saved.query
            messages.success(request, f"已保存为“{saved.name}”。")
        else:
            messages.error(request, "请给筛选起一个 30 字以内的名称。")
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(f"{reverse('subjects:list')}?{query}")


@requires(ENTITY_VIEW)
@require_POST
def remove(request: PersonRequest, key: int) -> HttpResponse:
    services.delete_filter(get_object_or_404(SavedFilter, pk=key, by=request.user))
    return redirect("subjects:list")


@requires(ENTITY_VIEW)
@require_POST
def notice(request: PersonRequest, key: int) -> HttpResponse:
    """Be told, or no longer, what is new under a kept filter."""
    saved = get_object_or_404(SavedFilter, pk=key, by=request.user)
    asked = request.POST.get("notice", "")
    chosen = FilterNotice(asked) if asked in FilterNotice.values else FilterNotice.NONE
    subscriptions.subscribe(saved, chosen, now=now())
    messages.success(
        request, f"“{saved.name}”有新增或更新时{chosen.label}通知您。" if chosen else f"“{saved.name}”不再通知。"
    )
    return redirect(f"{reverse('subjects:list')}?{saved.query}")
