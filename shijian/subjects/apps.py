from django.apps import AppConfig


class SubjectsConfig(AppConfig):
    name = "shijian.subjects"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "经营主体"

    def ready(self) -> None:
        from shijian.audit.hooks import verbs
        from shijian.core import records
        from shijian.grid import hooks as grid

        from . import queries, watching
        from .choices import Verb
        from .services import binding

        verbs.update(Verb.choices)
        grid.rebinders.append(binding.rebind)
        grid.places.append(grid.Places("主体", binding.located))
        # A visit a year and what it takes to prepare and follow it up; the sandbox lets everybody change the figure.
        grid.workloads.append(grid.Workload("entities", "在管主体", 2.0, lambda *where: binding.located(*where)[0]))
        grid.coverage.append(queries.coverage)
        grid.counters.insert(0, grid.Counter("entities", "主体", queries.count_by_area, queries.list_url))
        records.register(records.RecordKind("entity", "经营主体", queries.record_of_entity))
        watching.register_rules()
