"""How people appear in answers: the name for everybody, the address for staff."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from teams.api.caller import caller
from teams.models import User


class PersonSerializer(serializers.ModelSerializer[User]):
    name = serializers.CharField(source="get_full_name")
    email = serializers.CharField(allow_null=True, help_text="Null unless you are staff.")

    class Meta:
        model = User
        fields = ["id", "name", "email"]

    def to_representation(self, instance: User) -> dict[str, Any]:
        return person_for(caller(self.context["request"]), instance)


def person_for(reader: User, person: User) -> dict[str, Any]:
    """Written out because lists hold three people a row; whoever has no name yet is not given away by their address."""
    is_open = reader.is_staff or reader.pk == person.pk
    name = person.full_name or (person.email if is_open else _("Somebody"))
    return {"id": person.pk, "name": name, "email": person.email if is_open else None}
