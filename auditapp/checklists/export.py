"""A `Library` to the YAML file that parses back to an equal one."""

from typing import Any

import yaml

from auditapp.checklists.library import FORMAT, Clause, Library, Question


class _Quoted(str):
    """A value that is always written in double quotes, so that no reader takes `8.10` or `no` for another type."""

    __slots__ = ()


_Dumper: Any = type("_Dumper", (getattr(yaml, "CSafeDumper", yaml.SafeDumper),), {})
_Dumper.add_representer(
    _Quoted, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style='"')
)
_Dumper.ignore_aliases = lambda _self, _data: True


def export(library: Library) -> bytes:
    """UTF-8 YAML; `parse(export(library))` equals `library`."""
    return bytes(
        yaml.dump(
            _quoted(plain(library)),
            Dumper=_Dumper,
            encoding="utf-8",
            allow_unicode=True,
            sort_keys=False,
            width=110,
            default_flow_style=False,
        )
    )


def plain(library: Library) -> dict[str, Any]:
    """The library as the mapping that a file holds; absent things are left out."""
    questions = library.questions_by_clause()
    standard = library.standard
    head = {
        "format": FORMAT,
        "id": library.id,
        "edition": library.edition,
        "title": library.title,
        "language": library.language,
        "kind": library.kind.value,
        "note": library.note,
        "standard": standard
        and _without_gaps(
            {
                "code": standard.code,
                "title": standard.title,
                "edition": standard.edition,
                "status": standard.status.value,
                "superseded_by": standard.superseded_by,
                "source": standard.source,
                "numbering_note": standard.numbering_note,
            }
        ),
        "roles": dict(library.roles),
        "stages": dict(library.stages),
        "bullets": dict(library.bullets),
        "tips": dict(library.tips),
        "clauses": [_clause(clause, questions.get(clause.ref, [])) for clause in library.clauses],
    }
    return _without_gaps(head, keep=("roles",))


def _clause(clause: Clause, questions: list[Question]) -> dict[str, Any]:
    return _without_gaps(
        {
            "ref": clause.ref,
            "number": clause.number,
            "title": clause.title,
            "number_status": clause.number_status.value,
            "stage": clause.stage.value,
            "parent": clause.parent,
            "questions": [_question(question) for question in questions],
        }
    )


def _question(question: Question) -> dict[str, Any]:
    return _without_gaps(
        {
            "id": question.id,
            "text": question.text,
            "scope": question.scope.value,
            "evidence": list(question.evidence),
            "guidance": question.guidance,
            "roles": list(question.roles),
            "weight": question.weight if question.weight != 1 else None,
            "also_clauses": list(question.also_clauses),
            "maps_to": list(question.maps_to),
            "covers": list(question.covers),
            "tips": list(question.tips),
        },
        keep=("evidence", "roles"),
    )


def _without_gaps(mapping: dict[str, Any], keep: tuple[str, ...] = ()) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if value or key in keep}


def _quoted(value: Any) -> Any:
    if isinstance(value, dict):
        return {_Quoted(key) if key in _AWKWARD else key: _quoted(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_quoted(child) for child in value]
    return _Quoted(value) if isinstance(value, str) else value


# Keys that YAML 1.1 readers take for something else; the dumper quotes the rest of the kind by itself.
_AWKWARD = frozenset({"y", "n", "Y", "N"})
