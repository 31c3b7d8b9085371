"""Modals and the Home tab: views.*."""

from tests.slackfake.api.calls import messages, method
from tests.slackfake.blockkit import HOME, MODAL, problems
from tests.slackfake.shapes import view_json
from tests.slackfake.world import Refusal, View

MOST_STACKED = 3


def checked_view(call, surface):
    view = call.parsed("view", "invalid_arguments")
    refuse_view(view, surface)
    return view


def refuse_view(view, surface):
    wrong = (
        problems(view, surface) if isinstance(view, dict) else ["must provide an object [json-pointer:/view]"]
    )
    if any(one.startswith("view_too_large") for one in wrong):
        raise Refusal("view_too_large")
    if wrong:
        raise Refusal("invalid_arguments", response_metadata=messages(*wrong))


def new_hash(world):
    return f"{int(world.now())}.{world.random(8)}"


def with_ids(world, body):
    return body | {"blocks": world.named(body["blocks"])}


def _external(call, view, mine=None):
    name = view.get("external_id")
    if name and any(
        one.body.get("external_id") == name and one is not mine for one in call.world.views.values()
    ):
        raise Refusal("duplicate_external_id")


def _trigger(call):
    value = call.get("trigger_id")
    if value is None:
        raise Refusal("invalid_arguments", response_metadata=messages("missing required field: trigger_id"))
    trigger = call.world.triggers.get(value)
    if trigger is None or not (call.sees(trigger["user"].team) or trigger["user"].stranger):
        raise Refusal("invalid_trigger_id")
    if trigger["used"]:
        raise Refusal("exchanged_trigger_id")
    if call.world.now() - trigger["at"] > call.fake.trigger_seconds:
        raise Refusal("expired_trigger_id")
    return trigger


def stacked(world, user, body, *, installation, onto=None):
    """A new modal of a person; ``onto`` the one below it."""
    team = user.team
    new = world.new_id("V")
    view = View(
        new,
        team,
        user,
        with_ids(world, body),
        new_hash(world),
        onto.root if onto else new,
        onto.id if onto else None,
        installation=installation,
    )
    stack = world.stacks.setdefault(user.id, [])
    if onto is None:
        for old in stack:
            world.views.pop(old.id, None)
        stack.clear()
    stack.append(view)
    world.views[view.id] = view
    return view


@method("views.open")
def views_open(call):
    body = checked_view(call, MODAL)
    trigger = _trigger(call)
    _external(call, body)
    trigger["used"] = True
    view = stacked(call.world, trigger["user"], body, installation=call.token.installation)
    return {"view": view_json(view, call.world)}


@method("views.push")
def push(call):
    body = checked_view(call, MODAL)
    trigger = _trigger(call)
    _external(call, body)
    stack = call.world.stacks.get(trigger["user"].id, [])
    if not stack:
        raise Refusal("not_found")
    if len(stack) >= MOST_STACKED:
        raise Refusal("push_limit_reached")
    trigger["used"] = True
    view = stacked(call.world, trigger["user"], body, installation=call.token.installation, onto=stack[-1])
    return {"view": view_json(view, call.world)}


@method("views.update")
def update(call):
    body = checked_view(call, MODAL)
    view_id, external_id = call.get("view_id"), call.get("external_id")
    if view_id and external_id:
        raise Refusal(
            "invalid_arguments", response_metadata=messages("Cannot provide both `view_id` and `external_id`")
        )
    if not view_id and not external_id:
        raise Refusal(
            "invalid_arguments", response_metadata=messages("Must provide either `view_id` or `external_id`")
        )
    view = (
        call.world.views.get(view_id)
        if view_id
        else next(
            (one for one in call.world.views.values() if one.body.get("external_id") == external_id), None
        )
    )
    if view is None or view.body["type"] != MODAL or not call.sees(view.team):
        raise Refusal("not_found")
    _same_hash(call, view)
    _external(call, body, view)
    replaced(call.world, view, body)
    return {"view": view_json(view, call.world)}


def _same_hash(call, view):
    if call.get("hash") and call.get("hash") != view.hash:
        raise Refusal("hash_conflict")


def replaced(world, view, body):
    """Another content in the same view. What was filled in stays where block, action and kind are the same."""
    view.body, view.hash = with_ids(world, body), new_hash(world)
    here = {
        (block["block_id"], part["action_id"]): part["type"]
        for block in view.body["blocks"]
        for part in [*block.get("elements", ()), block.get("element"), block.get("accessory")]
        if isinstance(part, dict) and "action_id" in part
    }
    view.values = {
        block: kept
        for block, actions in view.values.items()
        if (
            kept := {
                name: value for name, value in actions.items() if here.get((block, name)) == value["type"]
            }
        )
    }


@method("views.publish", required=("user_id",))
def publish(call):
    body = checked_view(call, HOME)
    user = call.user(call.get("user_id"))
    if user.deleted or user.is_bot:
        raise Refusal("not_enabled" if user.is_bot else "user_not_found")
    view = call.world.homes.get(user.id)
    if view is None:
        new = call.world.new_id("V")
        view = View(
            new,
            user.team,
            user,
            with_ids(call.world, body),
            new_hash(call.world),
            new,
            installation=call.token.installation,
        )
        call.world.homes[user.id] = view
        call.world.views[new] = view
    else:
        _same_hash(call, view)
        replaced(call.world, view, body)
    return {"view": view_json(view, call.world)}
