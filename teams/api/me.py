"""`/me/`: who the token speaks for, and what it may do."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.views import ApiView
from teams.api.caller import caller, is_trusted
from teams.models import TeamMembership, User


class OwnTeamSerializer(serializers.ModelSerializer[TeamMembership]):
    slug = serializers.CharField(source="team.slug")
    name = serializers.CharField(source="team.name")

    class Meta:
        model = TeamMembership
        fields = ["slug", "name", "role"]


class MeSerializer(serializers.ModelSerializer[User]):
    name = serializers.CharField(source="get_full_name")
    teams = OwnTeamSerializer(source="memberships", many=True)
    may_open_for_others = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = [
            "id", "name", "email", "is_staff", "is_administrator", "teams", "time_zone", "language",
            "may_open_for_others",
        ]  # fmt: skip

    def get_may_open_for_others(self, user: User) -> bool:
        return user.is_staff or is_trusted(self.context["request"])


class MeView(ApiView):
    @extend_schema(operation_id="read_me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """The person whom this token speaks for."""
        user = User.objects.prefetch_related("memberships__team").get(pk=caller(request).pk)
        return Response(MeSerializer(user, context=self.get_serializer_context()).data)
