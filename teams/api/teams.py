"""`/teams/`: who works together, for staff who assign tickets."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.views import ApiView
from teams.api.caller import caller
from teams.api.people import PersonSerializer
from teams.models import Team, TeamMembership


class IsStaff(BasePermission):
    def has_permission(self, request: Request, view: object) -> bool:
        return caller(request).is_staff


class MembershipSerializer(serializers.ModelSerializer[TeamMembership]):
    person = PersonSerializer(source="user")

    class Meta:
        model = TeamMembership
        fields = ["person", "role"]


class TeamSerializer(serializers.ModelSerializer[Team]):
    members = MembershipSerializer(source="memberships", many=True)

    class Meta:
        model = Team
        fields = ["slug", "name", "is_general", "members"]


class TeamsView(ApiView):
    permission_classes = [*ApiView.permission_classes, IsStaff]
    queryset = Team.objects.active().prefetch_related("memberships__user")

    @extend_schema(operation_id="list_teams", responses=TeamSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The active teams and their members. Staff only."""
        serializer = TeamSerializer(self.get_queryset(), many=True, context=self.get_serializer_context())
        return Response(serializer.data)
