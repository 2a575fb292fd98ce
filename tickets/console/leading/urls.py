"""Addresses below `/admin/`, in its namespace."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from tickets.console.leading.board import LoadBoardView
from tickets.console.leading.calendar import AbsenceCalendarView
from tickets.console.leading.rebalancing import RebalancingView
from tickets.console.leading.shift import LeavingView, ShiftView, TakingView
from tickets.console.leading.skills import SkillsMatrixView


def below(site: AdminSite) -> list[URLPattern]:
    """All of them behind the site's sign-in."""
    door = site.admin_view
    return [
        path("lead/board/", door(LoadBoardView.as_view()), name="load_board"),
        path("lead/rebalancing/", door(RebalancingView.as_view()), name="rebalancing"),
        path("lead/skills/", door(SkillsMatrixView.as_view()), name="skills_matrix"),
        path("lead/absences/", door(AbsenceCalendarView.as_view()), name="absence_calendar"),
        path("shift/", door(ShiftView.as_view()), name="shift"),
        path("shift/taking/", door(TakingView.as_view()), name="taking"),
        path("shift/tickets/<str:reference>/", door(LeavingView.as_view()), name="leaving"),
    ]
