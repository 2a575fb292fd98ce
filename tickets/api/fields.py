"""Fields of request bodies: slugs for what has one, everything else resolved or refused with a sentence."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from helpdesk.core.bodies import Line, Text
from teams.models import Team
from tickets.categories import active_categories
from tickets.models import Priority
from tickets.services.following import MAX_TAG_LENGTH

PRIORITY_SLUGS = [(priority.slug, priority.label) for priority in Priority]


class PriorityField(serializers.ChoiceField):
    """ "high" outside, Priority.HIGH inside."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=PRIORITY_SLUGS, **options)

    def to_internal_value(self, data: Any) -> Any:
        return Priority.from_slug(super().to_internal_value(data))


class CategoryField(Text):
    """A category's slug; spaces, underscores and capitals are forgiven."""

    default_error_messages = {"unknown": _("There is no category “{slug}”. Choose one of: {known}.")}

    def to_internal_value(self, data: Any) -> Any:
        slug = super().to_internal_value(data).strip().lower().replace("_", "-").replace(" ", "-")
        categories = active_categories()
        category = categories.get(slug)
        if category is None:
            self.fail("unknown", slug=slug[:50], known=", ".join(categories))
        return category


class TeamField(Text):
    default_error_messages = {"unknown": _("There is no active team “{slug}”.")}

    def to_internal_value(self, data: Any) -> Any:
        slug = super().to_internal_value(data).strip()
        team = Team.objects.active().filter(slug=slug).first()
        if team is None:
            self.fail("unknown", slug=slug[:50])
        return team


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string", "format": "email"}]})
class PersonField(serializers.Field[Any, Any, Any, Any]):
    """An id or an e-mail address, kept as it is: the view looks it up in what its caller may see."""

    default_error_messages = {"invalid": _("Give a person's id or e-mail address.")}

    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, bool) or not isinstance(data, int | str) or data == "":
            self.fail("invalid")
        return data if isinstance(data, int) else Text().run_validation(data)


class MessageBody(Text):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=settings.MAX_DESCRIPTION_CHARACTERS, **options)


class TagName(Line):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_TAG_LENGTH, **options)

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).lower()


@extend_schema_field({"type": "array", "items": {"type": "string", "format": "binary"}})
class FilesField(serializers.ListField):
    """Files of a multipart body. What they are, and whether they may stay, is decided by their content."""

    child = serializers.FileField(allow_empty_file=True)
