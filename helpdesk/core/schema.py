"""What the OpenAPI document says of every operation alike: what a body may hold, and how a refusal looks."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension

from helpdesk.core.problems import CONTENT_TYPE

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable and for machines; `detail` is for people. Some codes add members.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "Sentences by field, when a field is wrong.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["type", "title", "status", "code", "detail"],
}


class BodyScheme(OpenApiSerializerExtension):
    """Other spellings are properties as well; anything else is refused."""

    target_class = "helpdesk.core.bodies.Body"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        properties = schema.setdefault("properties", {})
        properties |= {spelling: properties[name] for spelling, name in self.target.spellings.items()}
        return schema | {"additionalProperties": False}


def describe_refusals(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """A drf-spectacular hook: every operation may answer with a problem document."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    refusal = {
        "description": "A problem document",
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = refusal
    return result
