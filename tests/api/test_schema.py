"""The API describes itself, truthfully and without the network."""

import io
import json
import re

import jsonschema
import pytest
import yaml
from django.core.management import call_command
from django.urls import get_resolver

from tests.api.test_opening import BYTE_FOR_BYTE


@pytest.fixture(scope="module")
def schema():
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return yaml.safe_load(out.getvalue())


def test_it_is_openapi_3_1_and_builds_without_a_warning(schema):
    assert schema["openapi"] == "3.1.0"


def test_every_address_of_the_api_is_described(schema):
    def addresses(patterns, prefix=""):
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from addresses(pattern.url_patterns, path)
            elif path.startswith("api/v1/"):
                yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)

    assert set(addresses(get_resolver().url_patterns)) == {re.sub(r"{id}", "{pk}", path) for path in schema["paths"]}


def test_every_operation_says_what_it_does_and_asks_for_a_token(schema):
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            assert operation["description"], path
            assert {"token": []} in operation["security"], path
            assert operation["responses"]["default"]["content"].keys() == {"application/problem+json"}


def test_the_body_from_another_system_is_its_example_and_fits_it(schema):
    opening = schema["paths"]["/api/v1/tickets/"]["post"]["requestBody"]["content"]["application/json"]
    body = json.loads(BYTE_FOR_BYTE)
    assert [example["value"] for example in opening["examples"].values()] == [body]
    described = opening["schema"] | {"components": schema["components"]}
    jsonschema.validate(body, described)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(body | {"status": "closed"}, described)


def test_schema_and_docs_are_open_and_come_from_here(client, db):
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/").content.decode()
    assert "swagger-ui" in page
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page)
