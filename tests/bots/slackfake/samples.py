"""Blocks and views for the tests of the fake."""


def plain(text="Text"):
    return {"type": "plain_text", "text": text}


def section(text="Text"):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id="go", text="Go", **more):
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def options(count, most=0):
    return [{"text": plain("o" * max(1, most)), "value": f"v{one}"} for one in range(count)]


def field(element, **more):
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def modal(*blocks, **more):
    made = {"type": "modal", "title": plain("Title"), "submit": plain("Send"), "callback_id": "form"}
    return (
        made
        | {
            "blocks": list(
                blocks or [field({"type": "plain_text_input", "action_id": "why"}, block_id="why")]
            )
        }
        | more
    )


def home(*blocks, **more):
    return {"type": "home", "blocks": list(blocks or [section()])} | more
