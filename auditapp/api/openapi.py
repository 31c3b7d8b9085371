"""The OpenAPI document: what the declarations say, and what spectree does not."""

import json
import re
from typing import Any

from flask import current_app

from auditapp.api.declare import MALFORMED, bp, spec
from auditapp.people.guards import settings

REF = "#/components/schemas/"


def document() -> dict[str, Any]:
    """The document; made once."""
    made: dict[str, Any] | None = current_app.extensions.get("auditapp_openapi")
    if made is None:
        made = _shortened(json.loads(json.dumps(spec.spec)))
        views = _views()
        for path, operations in made["paths"].items():
            for method, operation in operations.items():
                _finish(operation, views[path, method])
        made["servers"] = [{"url": settings().public_url}]
        current_app.extensions["auditapp_openapi"] = made
    return made


def _views() -> dict[tuple[str, str], Any]:
    return {
        (spec.backend.parse_path(rule, None)[0], method.lower()): current_app.view_functions[rule.endpoint]
        for rule in current_app.url_map.iter_rules()
        if rule.endpoint.startswith(f"{bp.name}.")
        for method in rule.methods or ()
    }


def _shortened(made: dict[str, Any]) -> dict[str, Any]:
    """Lists of words that are the same in many places, once, under their own name where no other has it."""
    schemas: dict[str, Any] = made["components"]["schemas"]
    words = {name: json.dumps(one, sort_keys=True) for name, one in schemas.items() if "enum" in one}
    kinds: dict[str, set[str]] = {}
    for name, text in words.items():
        kinds.setdefault(schemas[name]["title"], set()).add(text)
    first: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for name, text in sorted(words.items()):
        title = schemas[name]["title"]
        alone = len(kinds[title]) == 1 and (title not in schemas or title in words)
        renamed[name] = first.setdefault(text, title if alone else name)
    text = re.sub(
        rf'"{REF}(\w+)"', lambda found: f'"{REF}{renamed.get(found[1], found[1])}"', json.dumps(made)
    )
    short: dict[str, Any] = json.loads(text)
    short["components"]["schemas"] = {
        renamed.get(name, name): one for name, one in short["components"]["schemas"].items()
    }
    return short


def _finish(operation: dict[str, Any], view: Any) -> None:
    """Problems have their own media type, files too; a parameter that is left out is not null; and the scope."""
    for code, said in operation["responses"].items():
        content = said.get("content", {})
        if int(code) >= MALFORMED and "application/json" in content:
            content["application/problem+json"] = content.pop("application/json")
        if int(code) < MALFORMED and view.files:
            said["content"] = {one: {} for one in view.files}
    for parameter in operation["parameters"]:
        schema = parameter["schema"]
        if schema.get("default", "") in (None, ""):
            schema.pop("default", None)
        choices = [one for one in schema.pop("anyOf", ()) if one.get("type") != "null"]
        for one in choices:
            schema.update(one)
        schema.pop("title", None)
        schema.pop("description", None)
    if str(view.scope) != "any":
        operation["description"] = f"{operation['description']}\n\nScope: `{view.scope}`".strip()
    operation["security"] = [{"token": []}]
