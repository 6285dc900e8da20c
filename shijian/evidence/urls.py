from django.urls import path

from .views import custody, items, records, uploads

app_name = "evidence"
urlpatterns = [
    path("", items.items, name="items"),
    path("of/<slug:kind>/<uuid:key>/", records.record_items, name="record"),
    path("of/<slug:kind>/<uuid:key>/new/", records.capture, name="capture"),
    path("of/<slug:kind>/<uuid:key>/list/", records.print_list, name="print_list"),
    path("of/<slug:kind>/<uuid:key>/uploads/", uploads.creation, name="uploads"),
    path("uploads/<uuid:key>/", uploads.upload, name="upload"),
    path("items/<uuid:key>/", items.item, name="item"),
    path("items/<uuid:key>/files/<slug:variant>/", items.item_file, name="file"),
    path("items/<uuid:key>/sheets/<int:number>/", items.item_sheet, name="sheet"),
    path("items/<uuid:key>/original/", items.original, name="original"),
    path("items/<uuid:key>/note/", items.note, name="note"),
    path("items/<uuid:key>/retention/", items.retention, name="retention"),
    path("items/<uuid:key>/handover/", items.handover, name="handover"),
    path("items/<uuid:key>/storage/", items.storage, name="storage"),
    path("items/<uuid:key>/release/", items.releasing, name="release"),
    path("custody/", custody.custody, name="custody"),
    path("custody/<uuid:key>/answer/", custody.answer, name="answer"),
]
