"""The schema as a page for people: every address with what it takes and gives. No script, nothing from elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.api.openapi import schema

Node = dict[str, Any]
REF = "#/components/schemas/"


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    place: str = ""
    is_required: bool = False
    help: str = ""


@dataclass(frozen=True)
class Answer:
    status: str
    what: str
    shape: str


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    help: str
    parameters: list[Field]
    body: str
    answers: list[Answer]

    @property
    def good(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.status < "4"]

    @property
    def errors(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.status >= "4"]

    @property
    def group(self) -> str:
        return self.path.removeprefix("/api/v1/").split("/")[0]


@dataclass(frozen=True)
class Shape:
    name: str
    help: str
    fields: list[Field]


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    return render(request, "api/reference.html", {"groups": _groups(), "events": _events(), "shapes": _shapes()})


@cache
def _groups() -> list[tuple[str, list[Operation]]]:
    return [(name, list(operations)) for name, operations in groupby(_operations(), key=lambda operation: operation.group)]


def _operations() -> Iterator[Operation]:
    for path, methods in schema()["paths"].items():
        for method, node in methods.items():
            yield _operation(method.upper(), path, node)


def _operation(method: str, path: str, node: Node) -> Operation:
    return Operation(
        method=method,
        path=path,
        help=_what(node),
        parameters=[_parameter(parameter) for parameter in node.get("parameters", [])],
        body=_content(node.get("requestBody", {})),
        answers=[Answer(status, _what(answer), _content(answer)) for status, answer in sorted(node["responses"].items())],
    )


@cache
def _events() -> list[Operation]:
    """What we send to other people's addresses."""
    return [_operation("POST", "to your own address", event["post"]) for event in schema().get("webhooks", {}).values()]


@cache
def _shapes() -> list[Shape]:
    return [
        Shape(name, _what(node), _fields(node))
        for name, node in sorted(schema()["components"]["schemas"].items())
        if "properties" in node
    ]


def _fields(node: Node) -> list[Field]:
    required = set(node.get("required", []))
    return [
        Field(name, _kind(inner), is_required=name in required, help=_what(inner)) for name, inner in node["properties"].items()
    ]


def _parameter(node: Node) -> Field:
    return Field(node["name"], _kind(node["schema"]), node["in"], node.get("required", False), _what(node))


def _content(node: Node) -> str:
    """What a body or an answer holds, in words."""
    for content in node.get("content", {}).values():
        return _kind(content["schema"])
    return ""


def _what(node: Node) -> str:
    """What the schema says of it, without the marks of Markdown."""
    return str(node.get("description", "")).replace("`", "")


def _kind(node: Node) -> str:
    """A type in words: "string", "list of Sale", "one of: cash, card"."""
    if "$ref" in node:
        return str(node["$ref"]).removeprefix(REF)
    if "enum" in node:
        return "one of: " + ", ".join(str(value) for value in node["enum"])
    for many in ("anyOf", "oneOf", "allOf"):
        if many in node:
            return " or ".join(dict.fromkeys(_kind(inner) for inner in node[many]))
    kind = node.get("type", "any")
    names = kind if isinstance(kind, list) else [kind]
    if "array" in names:
        return f"list of {_kind(node['items'])}"
    return " or ".join(str(node.get("format", name)) if name == "string" else str(name) for name in names)
