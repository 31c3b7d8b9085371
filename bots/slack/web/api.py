"""One call to Slack. It is made once, outside any unit of work, and fails with one kind of error."""

import errno
import http.client
import logging
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast
from urllib.error import URLError
from urllib.parse import urlsplit
from uuid import UUID

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from auditapp.config import Settings
from auditapp.reminders.outbox.rules import Fault, NotSentError
from bots.slack.faults import TOO_MANY, FaultSort, in_doubt, sort_of

# The SDK writes requests and answers into its log, tokens of an exchange included. Ours says what went wrong, and no more.
_quiet = logging.getLogger("bots.slack.sdk")
_quiet.setLevel(logging.CRITICAL)
log = logging.getLogger(__name__)
TIMEOUT = 15  # seconds; the outbox allows a send 70
NEVER_LEFT = frozenset({errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})
LONGEST_DETAIL = 500
RESPONSES = "hooks.slack.com"
NO_ANSWER = "no_answer"  # our own code: the connection ended before Slack said anything


@dataclass(frozen=True, kw_only=True)
class Team:
    """An installation as plain values that outlive the unit they were read in. The token is never printed."""

    id: UUID
    team_id: str
    enterprise_id: str
    name: str
    bot_user_id: str
    bot_id: str
    token: str = field(repr=False)
    scopes: tuple[str, ...] = ()


class SlackError(Exception):
    """Slack did not do what was asked, or did not say whether it did.

    ``code``: as Slack says it, or ``no_answer``. ``retry_after``: seconds, where it said so. ``detail``: what else it said.
    """

    def __init__(
        self, sort: FaultSort, code: str, method: str, *, retry_after: float | None = None, detail: str = ""
    ) -> None:
        """Keep all of it; none of it holds a token."""
        super().__init__(f"{method}: {code}" + (f" ({detail})" if detail else ""))
        self.sort = sort
        self.code = code
        self.method = method
        self.retry_after = retry_after
        self.detail = detail


class Api:
    """Slack's Web API as the settings name it. Safe for any number of threads; it keeps nothing.

    Proxies are those of the environment (``HTTPS_PROXY``, ``NO_PROXY``) as Python's own library reads them: the SDK alone
    would send past ``NO_PROXY``.
    """

    def __init__(self, settings: Settings) -> None:
        """Take the address and the credentials of the app."""
        self._base_url = settings.slack_api_url
        self._client_id = settings.slack_client_id
        self._client_secret = settings.slack_client_secret
        self._ssl = ssl.create_default_context()

    def client(self, token: str = "", *, timeout: float = TIMEOUT) -> WebClient:
        """A client of the SDK that tries once and writes no log."""
        made = WebClient(
            token=token or None,
            base_url=self._base_url,
            timeout=cast("int", timeout),  # whatever urllib takes
            ssl=self._ssl,
            retry_handlers=[],
            logger=_quiet,
        )
        made.proxy = None  # with none of its own, the request goes by the environment, NO_PROXY included
        return made

    def call(
        self, team: Team | str, method: str, *, timeout: float = TIMEOUT, **arguments: Any
    ) -> dict[str, Any]:
        """Call ``method`` (``chat.postMessage``) with a team's token, or a token; gives the answer.

        Never inside a unit of work. Raises SlackError.
        """
        client = self.client(team if isinstance(team, str) else team.token, timeout=timeout)
        return self._made(client, method, arguments)

    def whoami(self, token: str) -> tuple[dict[str, Any], tuple[str, ...] | None]:
        """Whose token it is (``auth.test``), and the scopes it has, ``None`` where Slack does not say. Raises SlackError."""
        answer = self._answered(self.client(token), "auth.test", {})
        named = {key.lower(): value for key, value in answer.headers.items()}.get("x-oauth-scopes")
        if named is None:
            return cast("dict[str, Any]", answer.data), None
        scopes = str(named[0] if isinstance(named, list) else named).split(",")
        return cast("dict[str, Any]", answer.data), tuple(
            sorted(one.strip() for one in scopes if one.strip())
        )

    def respond(self, url: str, body: Mapping[str, Any]) -> bool:
        """Answer at an address that came with something (``response_url``); whether Slack took it.

        It is good for half an hour and five answers. An address that is not Slack's is not called.
        """
        parts = urlsplit(url)
        own = urlsplit(self._base_url)
        if (parts.scheme, parts.netloc) not in {("https", RESPONSES), (own.scheme, own.netloc)}:
            return False
        client = WebhookClient(url, timeout=TIMEOUT, ssl=self._ssl, retry_handlers=[], logger=_quiet)
        client.proxy = None
        try:
            return client.send_dict(dict(body)).status_code == HTTPStatus.OK
        except (SlackClientError, OSError, http.client.HTTPException):
            return False

    def exchange(self, code: str, redirect_uri: str) -> dict[str, Any]:
        """What an installation's one-time code is worth (``oauth.v2.access``). Raises SlackError."""
        return self._made(
            self.client(), "oauth.v2.access", {**self._app(), "code": code, "redirect_uri": redirect_uri}
        )

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """A new token for one that ends (``oauth.v2.access``). Raises SlackError."""
        return self._made(
            self.client(),
            "oauth.v2.access",
            {**self._app(), "grant_type": "refresh_token", "refresh_token": refresh_token},
        )

    def _app(self) -> dict[str, str]:
        return {"client_id": self._client_id, "client_secret": self._client_secret.get_secret_value()}

    def _made(self, client: WebClient, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return cast("dict[str, Any]", self._answered(client, method, arguments).data)

    def _answered(self, client: WebClient, method: str, arguments: Mapping[str, Any]) -> SlackResponse:
        call = getattr(client, method.replace(".", "_"), None)
        try:
            answer: SlackResponse = (
                call(**arguments) if call else client.api_call(method, json=dict(arguments))
            )
        except SlackApiError as error:
            raise _told(error, method) from None
        except SlackClientError as error:
            raise SlackError(FaultSort.OURS, type(error).__name__, method) from None
        except (OSError, http.client.HTTPException) as error:
            sort = FaultSort.RETRY if _never_left(error) else in_doubt(method)
            raise SlackError(sort, NO_ANSWER, method, detail=_kind(error)) from None
        return answer


def _told(error: SlackApiError, method: str) -> SlackError:
    """Slack answered, and said no."""
    answer: Any = error.response
    data: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
    status = int(answer.status_code or 200)
    code = str(data.get("error") or f"http_{status}")
    if (
        " " in code
    ):  # the SDK's own sentence for an answer that was no JSON: a page of some machine in between
        sort, code = in_doubt(method), f"http_{status}"
        if status == TOO_MANY:
            sort = FaultSort.RETRY
    else:
        sort = sort_of(code, method, status=status)
    return SlackError(sort, code, method, retry_after=_seconds(answer.headers, status), detail=_detail(data))


def _seconds(headers: Mapping[str, Any], status: int) -> float | None:
    if status != TOO_MANY:
        return None
    named = {key.lower(): value for key, value in headers.items()}.get("retry-after")
    given = named[0] if isinstance(named, list) else named
    try:
        return max(float(given), 1.0) if given is not None else 30.0
    except ValueError:
        return 30.0


def _detail(data: Mapping[str, Any]) -> str:
    about = data.get("response_metadata")
    said = about.get("messages") if isinstance(about, dict) else None
    parts = [str(one) for one in said] if isinstance(said, list) else []
    if data.get("needed"):
        parts.append(f"needed: {data['needed']}")
    return "; ".join(parts)[:LONGEST_DETAIL]


def _never_left(error: BaseException) -> bool:
    """Whether nothing can have reached Slack: no address, no connection, no trust."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, socket.gaierror | ssl.SSLCertVerificationError):
        return True
    return isinstance(cause, OSError) and cause.errno in NEVER_LEFT


def _kind(error: BaseException) -> str:
    cause = error.reason if isinstance(error, URLError) else error
    return type(cause).__name__ if isinstance(cause, BaseException) else str(cause)[:LONGEST_DETAIL]


_FAULTS: Mapping[FaultSort, Fault] = {
    FaultSort.RETRY: Fault.RETRY,
    FaultSort.AMBIGUOUS: Fault.UNKNOWN,
    FaultSort.RESOLVE: Fault.PERSON_GONE,
    FaultSort.RENDER: Fault.CONTENT,
    FaultSort.PERSON: Fault.PERSON_GONE,
    FaultSort.WORKSPACE: Fault.PERSON_GONE,
    FaultSort.OURS: Fault.CONTENT,
}


def to_not_sent(error: SlackError, *, alone: bool = False) -> NotSentError:
    """The same as the outbox takes it. ``alone``: no other workspace works either, so the whole channel is dead."""
    fault = _FAULTS[error.sort]
    if error.sort is FaultSort.WORKSPACE and alone:
        fault = Fault.CHANNEL_DEAD
    return NotSentError(fault, f"Slack: {error}", retry_after=error.retry_after)
