"""Acting as somebody in Slack. Every act builds the real payload, delivers it, and does what the answer says."""

import copy
import re
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.slackfake.api.views import MOST_STACKED, refuse_view, replaced, stacked
from tests.slackfake.blockkit import HOME, MODAL
from tests.slackfake.filling import STATELESS, NotPossible, filled, find, held, state_of
from tests.slackfake.respond import apply, wrong_with
from tests.slackfake.shapes import message_json, view_json
from tests.slackfake.talking import Talking
from tests.slackfake.world import Channel, Message, Refusal, User, View


class Person(Talking):
    """One person; also see ``Talking``."""

    def __init__(self, fake, user):
        self.fake, self.world, self.user = fake, fake.world, user

    # what an interaction carries

    def _installed(self, team=None):
        installation = self.world.installation_for(team or self.user.team)
        if installation is None:
            raise NotPossible("The app is not installed here.")
        if self.user.deleted:
            raise NotPossible(f"{self.user.name} is deactivated.")
        return installation

    def _envelope(self, kind, channel=None):
        team = channel.team if channel is not None else self.user.team
        installation = self._installed(team)
        enterprise = {"id": team.enterprise_id, "name": team.enterprise_name} if team.enterprise_id else None
        return {
            "type": kind,
            "team": {"id": team.id, "domain": team.domain}
            | (
                {"enterprise_id": team.enterprise_id, "enterprise_name": team.enterprise_name}
                if enterprise
                else {}
            ),
            "user": {
                "id": self.user.id,
                "username": self.user.name,
                "name": self.user.name,
                "team_id": self.user.team.id,
            },
            "api_app_id": self.world.app.id,
            "token": self.world.app.verification_token,
            "enterprise": enterprise,
            "is_enterprise_install": installation.team is None,
        }

    def _trigger(self, view=None):
        return self.world.new_trigger(self.user, view)

    def _response_url(self, channel, message=None):
        return f"{self.fake.url}/respond/{self.world.new_response_url(channel, self.user, message)}"

    def _sees(self, message):
        if message.only_for is not None and message.only_for is not self.user:
            raise NotPossible(f"{self.user.name} does not see this: only {message.only_for.name} does.")
        if self.user.id not in message.channel.members and message.channel.kind != "public":
            raise NotPossible(f"{self.user.name} is not in that conversation.")

    # clicks

    def click(self, where, what=None, value=None, *, block_id=None, as_shown=None, confirm=True):
        """Use an element of a message or a view: a button, or a select with the ``value`` to pick.

        ``what``: its action_id, what stands on it, or an option of an overflow. ``as_shown``: a ``snapshot()`` that is
        still on this person's screen. ``confirm=False`` says no to the question the element asks; then nothing is sent.
        """
        shown = as_shown if as_shown is not None else where
        is_view = isinstance(where, View)
        if is_view:
            self._on_screen(where, stale=as_shown is not None)
        else:
            self._sees(where)
            if where.deleted and as_shown is None:
                raise NotPossible("That message is gone.")
        blocks = shown.body["blocks"] if is_view else shown.blocks
        block, part, option = find(blocks, what, block_id)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise NotPossible(
                f"{what!r} is a field of a form: it tells the app nothing until the form is sent."
            )
        if "confirm" in part and not confirm:
            return None
        action = self._action(block, part, option, value)
        payload = (
            self._clicked_view(where, shown, block, part, value)
            if is_view
            else self._clicked_message(where, shown)
        )
        payload |= {"trigger_id": self._trigger(where if is_view else None), "actions": [action]}
        answer = self.fake.deliveries.send("interactive", payload)
        answer.opened = part.get("url") or (option or {}).get("url")
        return answer

    def _action(self, block, part, option, value):
        action = {
            "action_id": part["action_id"],
            "block_id": block["block_id"],
            "action_ts": self.world.new_ts(),
            "type": part["type"],
        }
        if part["type"] == "button":
            shared = ("text", "value", "style", "url")
            return action | {key: copy.deepcopy(part[key]) for key in shared if key in part}
        if part["type"] == "overflow":
            if option is None:
                option = next(
                    (one for one in part["options"] if value in (one["value"], one["text"]["text"])), None
                )
                if option is None:
                    raise NotPossible(f"{value!r} is no option of {part['action_id']}.")
            return action | {"selected_option": copy.deepcopy(option)}
        placeholder = {"placeholder": part["placeholder"]} if "placeholder" in part else {}
        return action | held(part, value, self.fake.files_url) | placeholder

    def _clicked_message(self, message, shown):
        channel = message.channel
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.only_for is not None,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        payload = self._envelope("block_actions", channel) | {
            "container": container,
            "channel": {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name},
            "state": {"values": state_of(shown.blocks, {}, self.fake.files_url)},
            "response_url": self._response_url(channel, message),
        }
        if message.only_for is None:
            payload["message"] = message_json(shown, base=self.fake.files_url)
        return payload

    def _clicked_view(self, view, shown, block, part, value):
        if part["type"] not in STATELESS:
            state = held(part, value, self.fake.files_url)
            view.values.setdefault(block["block_id"], {})[part["action_id"]] = state
        payload = self._envelope("block_actions")
        return payload | {
            "container": {"type": "view", "view_id": view.id},
            "view": self._view_json(view, shown),
        }

    def _view_json(self, view, shown):
        made = view_json(shown, self.world)
        made["state"]["values"] = state_of(shown.body["blocks"], view.values, self.fake.files_url)
        return made

    def _on_screen(self, view, *, stale=False):
        if view.user is not self.user:
            raise NotPossible(f"That view is {view.user.name}'s.")
        here = (
            self.world.homes.get(self.user.id) if view.body["type"] == HOME else (self.views() or [None])[-1]
        )
        if here is not view and not stale:
            raise NotPossible("That view is not on the screen.")

    def views(self):
        """The modals this person has open, the topmost last."""
        return list(self.world.stacks.get(self.user.id, ()))

    # modals

    def submit(self, view=None, values=None, **more):
        """Fill in a modal (the topmost one) and send it. Keys: block_id, action_id or label."""
        view = view or (self.views() or [None])[-1]
        if view is None:
            raise NotPossible("No modal is open.")
        self._on_screen(view)
        if "submit" not in view.body or view.body.get("submit_disabled"):
            raise NotPossible("This modal has no button to send it.")
        view.values = filled(view, {**(values or {}), **more}, self.fake.files_url)
        payload = self._envelope("view_submission") | {
            "trigger_id": self._trigger(view),
            "view": view_json(view, self.world),
            "response_urls": [],
        }
        answer = self.fake.deliveries.send("interactive", payload, takes_answer=True)
        if answer.ok:
            self._settle(view, answer)
        return answer

    def _settle(self, view, answer):
        """What the answer to a modal asks for; what Slack would not take stands in ``answer.refused``."""
        wanted = answer.data or {}
        kind = wanted.get("response_action")
        try:
            if not answer.data or kind is None:
                if answer.text.strip() and answer.data is None:
                    raise Refusal("the answer is neither empty nor JSON")  # noqa: TRY301
                self._drop_view(view)
            elif kind == "clear":
                self._clear()
            elif kind == "errors":
                answer.errors = self._field_errors(view, wanted.get("errors"))
            elif kind in {"update", "push"}:
                self._another_view(view, kind, wanted.get("view"))
            else:
                raise Refusal(f"unknown response_action {kind}")  # noqa: TRY301
        except Refusal as refusal:
            answer.refused = refusal.more.get("response_metadata", {}).get("messages") or [refusal.error]
            if self.fake.strict:
                raise AssertionError(f"Slack would not take this answer: {answer.refused}") from refusal

    def _field_errors(self, view, errors):
        inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors:
            raise Refusal("errors must be an object with a sentence for each block_id")
        strange = set(errors) - inputs
        if strange:
            raise Refusal(f"errors names {sorted(strange)}, which are no input blocks")
        if not all(isinstance(one, str) and one.strip() for one in errors.values()):
            raise Refusal("errors holds something that is no sentence")
        return errors

    def _another_view(self, view, kind, body):
        refuse_view(body, MODAL)
        with self.world.lock:
            if kind == "update":
                replaced(self.world, view, body)
                return
            if len(self.views()) >= MOST_STACKED:
                raise Refusal("push_limit_reached")
            stacked(self.world, self.user, body, installation=view.installation, onto=view)

    def _drop_view(self, view):
        with self.world.lock:
            stack = self.world.stacks.get(self.user.id, [])
            if view in stack:
                stack.remove(view)
            self.world.views.pop(view.id, None)

    def _clear(self):
        for view in self.views():
            self._drop_view(view)

    def close(self, view=None, *, all_of_them=False):
        """Close the topmost modal, or all; the app hears of it where it asked to."""
        self._on_screen(view or (self.views() or [None])[-1])
        view = view or self.views()[-1]
        going = self.views()[::-1] if all_of_them or view.body.get("clear_on_close") else [view]
        answer = None
        for one in going:
            self._drop_view(one)
            if one.body.get("notify_on_close"):
                payload = self._envelope("view_closed") | {
                    "view": view_json(one, self.world),
                    "is_cleared": len(going) > 1,
                }
                answer = self.fake.deliveries.send("interactive", payload)
        return answer

    # installing

    def allow(self, address, *, enterprise=None, rotating=False):
        """Say yes on the page ``address`` (``/oauth/v2/authorize?…``) of Slack; gives the address it leads back to."""
        args = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        app = self.world.app
        redirect = args.get("redirect_uri") or next(iter(app.redirect_urls), "")
        if args.get("client_id") != app.client_id:
            raise NotPossible("Slack shows: Invalid client_id parameter.")
        if app.redirect_urls and not any(redirect.startswith(one) for one in app.redirect_urls):
            raise NotPossible(
                f"Slack shows: redirect_uri did not match any configured URIs; passed {redirect}."
            )
        if not args.get("scope"):
            raise NotPossible("Slack shows: No scopes requested.")
        code = self.fake.oauth_code(
            self.user.team,
            enterprise=enterprise,
            scopes=args["scope"].split(","),
            by=self.user,
            redirect_uri=args.get("redirect_uri", ""),
            rotating=rotating,
        )
        return f"{redirect}?{urlencode({'code': code, 'state': args.get('state', '')})}"

    def refuse(self, address):
        """Say no on that page."""
        args = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        return (
            f"{args['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': args.get('state', '')})}"
        )

    # commands and shortcuts

    def command(self, command, text="", *, channel=None):
        """A slash command, in the app's own conversation unless a channel is named."""
        app = self.world.app
        if not re.fullmatch(r"/[a-z0-9_-]{1,31}", command) or (app.commands and command not in app.commands):
            raise NotPossible(f"{command} is not a valid command.")
        channel = channel or self.dm()
        installation = self._installed(channel.team)
        if "commands" not in installation.scopes:
            raise NotPossible("The app may have no commands here.")
        team = channel.team
        payload = {
            "token": app.verification_token,
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": channel.id,
            "channel_name": {"im": "directmessage", "private": "privategroup"}.get(
                channel.kind, channel.name
            ),
            "user_id": self.user.id,
            "user_name": self.user.name,
            "command": command,
            "text": text,
            "api_app_id": app.id,
            "is_enterprise_install": str(installation.team is None).lower(),
            "response_url": self._response_url(channel),
            "trigger_id": self._trigger(),
        }
        if team.enterprise_id:
            payload |= {"enterprise_id": team.enterprise_id, "enterprise_name": team.enterprise_name}
        answer = self.fake.deliveries.send("slash_commands", payload, takes_answer=True)
        if answer.ok:
            self._said_at_once(channel, answer)
        return answer

    def _said_at_once(self, channel, answer):
        """The body of the answer to a command is a message."""
        body = answer.data or ({"text": answer.text} if answer.text.strip() else None)
        if not body:
            return
        wrong = wrong_with(body)
        if wrong:
            answer.refused = [wrong]
            if self.fake.strict:
                raise AssertionError(f"Slack would not take this answer: {wrong}")
            return
        with self.world.lock:
            apply(self.fake, {"channel": channel, "user": self.user, "message": None}, body)

    def shortcut(self, callback_id, *, message=None):
        """A shortcut: of a message, or a global one."""
        if self.world.app.callback_ids and callback_id not in self.world.app.callback_ids:
            raise NotPossible(f"The app has no shortcut {callback_id}.")
        if message is None:
            payload = self._envelope("shortcut") | {
                "callback_id": callback_id,
                "action_ts": self.world.new_ts(),
            }
        else:
            self._sees(message)
            channel = message.channel
            payload = self._envelope("message_action", channel) | {
                "callback_id": callback_id,
                "action_ts": self.world.new_ts(),
                "message_ts": message.ts,
                "message": message_json(message, base=self.fake.files_url),
                "channel": {
                    "id": channel.id,
                    "name": "directmessage" if channel.kind == "im" else channel.name,
                },
                "response_url": self._response_url(channel),
            }
        payload["trigger_id"] = self._trigger()
        return self.fake.deliveries.send("interactive", payload)


__all__ = ["Channel", "Message", "Person", "User"]
