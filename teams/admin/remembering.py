"""The base of set-up pages whose history tells who changed what, from which value to which."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from django.apps import apps
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from helpdesk.core.back_office import ModelAdmin
from teams.models import ConfigurationChange, User
from teams.services.remembering import remember_who

# The page shows the newest ones; more are in the database.
SHOWN = 200

Shown = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One row that changed: what it is called, and each column with its value before and after."""

    name: str
    what: str
    differences: list[tuple[str, Any, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """What one save did."""

    at: datetime
    by: User | None
    lines: list[Line]


class RememberingAdmin(ModelAdmin):
    """`remembered_as` is the subject that the triggers write for this model and for the rows below it."""

    remembered_as = ""
    actions_detail: Sequence[str] = ["changes"]

    @action(description=gettext_lazy("History"), url_path="changes", permissions=["view"])
    def changes(self, _request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_history", object_id)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self._say_who(request)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self._say_who(request)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._say_who(request)
        super().delete_queryset(request, queryset)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Instead of Django's list of who pressed save."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        context = {
            "title": _("History of %(name)s") % {"name": obj},
            "opts": self.opts,
            "object": obj,
            "changes": list(changes_of(self.remembered_as, obj.pk, partial(self.shown, request))),
        }
        return render(request, "console/configuration/history.html", context)

    def shown(self, _request: HttpRequest, field: Any, value: Any) -> Any:
        """A choice by its name, data as it is stored."""
        if isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False)
        return dict(field.flatchoices).get(value, value)

    def _say_who(self, request: HttpRequest) -> None:
        remember_who(request.user if isinstance(request.user, User) else None)


def changes_of(subject: str, pk: int, shown: Shown) -> Iterator[Change]:
    """The newest first; what one transaction changed is one change. `shown` puts the value of a field in words."""
    rows = ConfigurationChange.objects.filter(subject=subject, subject_id=pk).select_related("by").order_by("-id")
    for (at, by), changes in groupby(rows[:SHOWN], key=lambda row: (row.at, row.by)):
        yield Change(at, by, [_line(row, shown) for row in reversed(list(changes))])


def _line(row: ConfigurationChange, shown: Shown) -> Line:
    what = _("added") if row.before is None else _("removed") if row.after is None else _("changed")
    model = next((each for each in apps.get_models() if each._meta.db_table == row.table), None)
    if model is None:
        return Line(row.table, what, row.differences())
    columns = {field.column: field for field in model._meta.concrete_fields}
    differences = []
    for column, before, after in row.differences():
        field = columns.get(column)
        # What it belongs to is what the page is about.
        if field is None or (field.is_relation and None in (row.before, row.after)):
            continue
        differences.append((str(field.verbose_name), shown(field, before), shown(field, after)))
    return Line(str(model._meta.verbose_name), what, differences)
