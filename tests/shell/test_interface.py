"""The interface's document reads in Chinese as in English, and is the same interface in both."""
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from ninja.openapi.schema import OpenAPISchema

from linli.shell.api import SCHEMAS, api
from linli.shell.interface import TAGS, document, operations, summary

pytestmark = pytest.mark.slow
CHINESE = re.compile("[\u4e00-\u9fff]")
PATH = "/api/v1/openapi.json"


def texts(shape: Any, where: str, *, named: bool = True) -> Iterator[tuple[str, str]]:
    """Every text of a part of the document with the place where it stands; what a schema is called is no text."""
    if isinstance(shape, dict):
        for key, value in shape.items():
            if key in ("title", "description", "summary") and isinstance(value, str):
                if not (key == "title" and not named):
                    yield f"{where}.{key}", value
            elif key == "schemas":
                for name, one in value.items():
                    yield from texts(one, f"{where}.{name}", named=False)
            elif key not in ("enum", "const", "default", "examples"):
                inner = value.items() if key == "properties" else [(key, value)]
                for name, one in inner:
                    yield from texts(one, f"{where}.{name}")
    elif isinstance(shape, list):
        for number, one in enumerate(shape):
            yield from texts(one, f"{where}.{number}")


def frame(shape: Any) -> Any:
    """A document without its texts."""
    if isinstance(shape, dict):
        return {key: frame(value) for key, value in shape.items()
                if not (key in ("title", "description", "summary") and isinstance(value, str))}
    return [frame(one) for one in shape] if isinstance(shape, list) else shape


def test_no_text_of_the_chinese_document_is_left_in_english() -> None:
    responses = {"OK", "Created", "No Content"}
    left = [place for place, text in texts(document("zh-hans"), "")
            if not CHINESE.search(text) and text not in responses]
    assert left == []
    assert all(CHINESE.search(one["summary"]) for one in operations(document("zh-hans")))


def test_every_operation_says_in_english_what_it_does() -> None:
    said = [one["summary"] for one in operations(document("en"))]
    assert all(said) and not any(CHINESE.search(one) for one in said)
    assert summary("Withdraw a consent; it holds from now.") == "Withdraw a consent"
    assert summary("机构的公开条目。供任何人查看。") == "机构的公开条目"


def whole(shape: Any, schemas: dict[str, Any], within: tuple[str, ...] = ()) -> Any:
    """A part of the document with every schema in the place where it is named."""
    if isinstance(shape, list):
        return [whole(one, schemas, within) for one in shape]
    if not isinstance(shape, dict):
        return shape
    name = str(shape.get("$ref", "")).removeprefix(SCHEMAS)
    if name and name not in within:
        return whole(schemas[name], schemas, (*within, name))
    return {key: whole(value, schemas, within) for key, value in shape.items() if key != "$ref"}


class Alone(OpenAPISchema):
    """Each operation with the shapes that it names itself."""

    def operation_details(self, operation: Any) -> Any:
        self.schemas = {}
        return whole(super().operation_details(operation), self.schemas)


def test_every_operation_is_described_by_its_own_shapes() -> None:
    """Rooms call different things by the same word, such as a place: none stands in another's description."""
    told, wanted = api.get_openapi_schema(path_prefix="/api/v1/"), Alone(api, "/api/v1/")["paths"]
    found = whole(told["paths"], told["components"]["schemas"])
    assert len(found) > 150 and [path for path in wanted if found[path] != wanted[path]] == []


def test_both_languages_describe_the_same_interface() -> None:
    chinese, english = document("zh-hans"), document("en")
    assert frame(chinese) == frame(english)
    assert [one["operationId"] for one in operations(chinese)] == [one["operationId"] for one in operations(english)]
    assert {name: one.get("title") for name, one in chinese["components"]["schemas"].items()} == {
        name: one.get("title") for name, one in english["components"]["schemas"].items()}
    assert {tag for one in operations(english) for tag in one["tags"]} == set(TAGS)


@pytest.mark.django_db
def test_it_is_answered_in_the_language_asked_for_and_chinese_else(client: Client) -> None:
    asked = {
        "zh-hans": client.get(PATH), "en": client.get(PATH, headers={"Accept-Language": "en-GB,en;q=0.9"}),
    }
    for language, answer in asked.items():
        assert answer["Content-Language"] == language and "Accept-Language" in answer["Vary"]
        assert json.loads(answer.content)["info"]["title"] == ("Linli" if language == "en" else "邻里")
    assert client.get(f"{PATH}?lang=en").content == asked["en"].content
    assert client.get(f"{PATH}?lang=zh", headers={"Accept-Language": "en"}).content == asked["zh-hans"].content
    assert client.get(f"{PATH}?lang=xx").content == asked["zh-hans"].content
    again = client.get(PATH, headers={"If-None-Match": asked["zh-hans"]["ETag"]})
    assert again.status_code == 304 and not again.content
    assert document("en") is document("en")
