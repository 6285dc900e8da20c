from django.urls import path

from .views import design, instances, processes, qualifications, tasks

app_name = "workflow"
urlpatterns = [
    path("", tasks.todo, name="todo"),
    path("done/", tasks.done, name="done"),
    path("started/", tasks.started, name="started"),
    path("tasks/<uuid:key>/", tasks.task, name="task"),
    path("tasks/<uuid:key>/claim/", tasks.claim, name="claim"),
    path("tasks/<uuid:key>/release/", tasks.release, name="release"),
    path("tasks/<uuid:key>/delegation/", tasks.delegation, name="delegation"),
    path("tasks/<uuid:key>/addition/", tasks.addition, name="addition"),
    path("tasks/<uuid:key>/return/", tasks.send_back, name="return"),
    path("tasks/<uuid:key>/withdrawal/", tasks.withdrawal, name="withdrawal"),
    path("instances/", tasks.instances, name="instances"),
    path("instances/<uuid:key>/", instances.instance, name="instance"),
    path("instances/<uuid:key>/cancellation/", instances.cancellation, name="cancellation"),
    path("instances/<uuid:key>/arrivals/<str:node>/", instances.arrival, name="arrival"),
    path("records/<slug:kind>/<uuid:key>/", instances.record, name="record"),
    path("records/<slug:kind>/<uuid:key>/start/", instances.start, name="start"),
    path("qualifications/", qualifications.qualifications, name="qualifications"),
    path("qualifications/<uuid:key>/", qualifications.qualification, name="qualification"),
    path("qualifications/held/<int:key>/", qualifications.qualification_edit, name="qualification_edit"),
    path("processes/", processes.library, name="library"),
    path("processes/new/", processes.process_new, name="process_new"),
    path("processes/check/", design.check, name="check"),
    path("processes/<slug:key>/", processes.process, name="process"),
    path("processes/<slug:key>/migration/", processes.migration, name="migration"),
    path("processes/<slug:key>/<int:number>/", processes.version, name="version"),
    path("processes/<slug:key>/<int:number>/export/", processes.export, name="export"),
    path("processes/<slug:key>/<int:number>/design/", design.designer, name="design"),
    path("processes/<slug:key>/<int:number>/simulation/", design.simulation, name="simulation"),
    path("processes/<slug:key>/<int:number>/publication/", design.publication, name="publication"),
    path("processes/<slug:key>/<int:number>/against/<int:other>/", processes.comparison, name="comparison"),
]
