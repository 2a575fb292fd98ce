"""The addresses of the ticket page: the page, its fragments, and the nouns that its acts are posted to."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter
from django.views import View

from tickets.console.page import (
    composing,
    drafting,
    files,
    following,
    previewing,
    properties,
    reading,
    relating,
    revoking,
    upcoming,
    withdrawing,
    wondering,
)
from tickets.console.page.answering import wants_fragment, wants_json


class ReferenceConverter(StringConverter):
    regex = "[Hh][Dd]-[0-9]{1,18}"


register_converter(ReferenceConverter, "reference")

PAGES: list[tuple[str, type[View], str]] = [
    ("", reading.PageView, "page"),
    ("story/", reading.StoryView, "story"),
    ("side/", reading.SideView, "side"),
    ("why/", reading.WhyView, "why"),
    ("why/now/", wondering.WhyNowView, "why_now"),
    ("canned/", composing.CannedView, "canned"),
    ("messages/", composing.MessagesView, "messages"),
    ("messages/withdrawal/", composing.WithdrawalView, "withdrawal"),
    ("draft/", drafting.DraftView, "draft"),
    ("draft/files/", drafting.DraftFilesView, "draft_files"),
    ("draft/files/<uuid:pk>/removal/", drafting.DraftFileRemovalView, "draft_file_removal"),
    ("assignment/", properties.AssignmentView, "assignment"),
    ("assignment/withdrawal/", withdrawing.AssignmentWithdrawalView, "assignment_withdrawal"),
    ("priority/", properties.PriorityView, "priority"),
    ("priority/preview/", previewing.PriorityPreviewView, "priority_preview"),
    ("category/", properties.CategoryView, "category"),
    ("status/", properties.StatusView, "status"),
    ("resolution/withdrawal/", withdrawing.ResolutionWithdrawalView, "resolution_withdrawal"),
    ("tags/", following.TagsView, "tags"),
    ("tags/removal/", following.TagRemovalView, "tag_removal"),
    ("watchers/", following.WatchersView, "watchers"),
    ("watchers/removal/", following.WatcherRemovalView, "watcher_removal"),
    ("duplicate/", relating.DuplicateView, "duplicate"),
    ("links/revocation/", revoking.LinkRevocationView, "link_revocation"),
    ("files/<uuid:pk>/preview/", files.FilePreviewView, "file_preview"),
    ("files/<uuid:pk>/removal/", files.FileRemovalView, "file_removal"),
]


def below(site: AdminSite) -> list[URLPattern]:
    """Everything below `/admin/tickets/ticket/` that is the page's."""
    pages = [
        path(f"<reference:reference>/{rest}", behind(site, view), name=f"tickets_ticket_{name}")
        for rest, view, name in PAGES
    ]
    return [
        path("next/", site.admin_view(upcoming.NextTicketView.as_view()), name="tickets_ticket_next"),
        *pages,
        path("<path:object_id>/change/", site.admin_view(reading.ByKeyView.as_view()), name="tickets_ticket_change"),
    ]


def behind(site: AdminSite, view: type[View]) -> Callable[..., HttpResponseBase]:
    """A script that asks without being signed in any more gets 401, not the sign-in page: it has a text to keep."""
    answer = view.as_view()
    guarded = site.admin_view(answer)

    @wraps(answer)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not site.has_permission(request) and (wants_fragment(request) or wants_json(request)):
            return HttpResponse(status=401)
        return guarded(request, *args, **kwargs)

    return door
