"""Whether what came is of a shape that Slack sends. What is signed and broken is refused here, not somewhere deep. Pure."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

MOST_FIELDS = 200
INTERACTIONS = frozenset(
    {"block_actions", "view_submission", "view_closed", "message_action", "shortcut", "block_suggestion"}
)
FROM_VIEWS = frozenset({"view_submission", "view_closed"})


def fits(text: str, mimetype: str) -> bool:
    """JSON for events; a form with a JSON payload for interactions; a plain form for commands."""
    try:
        if mimetype == "application/json":
            return _event_fits(json.loads(text))
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        payload = json.loads(fields["payload"][0]) if "payload" in fields else None
    except (ValueError, RecursionError):
        return False
    if payload is not None:
        return _interaction_fits(payload)
    return "ssl_check" in fields or _command_fits({name: values[0] for name, values in fields.items()})


def payload_fits(payload: Any) -> bool:
    """The same for what comes through a socket: the three are told apart by what stands in them."""
    if not isinstance(payload, Mapping):
        return False
    if "command" in payload:
        return _command_fits(payload)
    return _event_fits(payload) if "event" in payload else _interaction_fits(payload)


def _command_fits(fields: Mapping[str, Any]) -> bool:
    return all(
        isinstance(fields.get(name), str) and fields[name] for name in ("command", "user_id", "team_id")
    )


def _event_fits(body: Any) -> bool:
    if not isinstance(body, Mapping):
        return False
    if body.get("type") == "url_verification":
        return isinstance(body.get("challenge"), str)
    event = body.get("event")
    return (
        body.get("type") == "event_callback"
        and isinstance(body.get("event_id"), str)
        and isinstance(event, Mapping)
        and isinstance(event.get("type"), str)
    )


def _interaction_fits(body: Any) -> bool:
    if not isinstance(body, Mapping) or body.get("type") not in INTERACTIONS:
        return False
    if not _has_id(body.get("user")) or not (body.get("team") is None or _has_id(body.get("team"))):
        return False
    if body["type"] in FROM_VIEWS and not _is_view(body.get("view")):
        return False
    if body["type"] == "block_actions":
        actions = body.get("actions")
        return (
            isinstance(actions, list)
            and bool(actions)
            and all(isinstance(one, Mapping) and isinstance(one.get("action_id"), str) for one in actions)
        )
    return body["type"] != "message_action" or isinstance(body.get("message"), Mapping)


def _has_id(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("id"), str)


def _is_view(value: Any) -> bool:
    if not _has_id(value) or not isinstance(value.get("callback_id"), str):
        return False
    state = value.get("state") or {}
    values = state.get("values") if isinstance(state, Mapping) else None
    return isinstance(value.get("private_metadata", ""), str) and (
        not state
        or (isinstance(values, Mapping) and all(isinstance(one, Mapping) for one in values.values()))
    )
