"""What each of Slack's errors means: the table is the rule."""

import pytest

from bots.slack.faults import (
    _TABLE,
    READS,
    SAME_TWICE,
    SORTS,
    FaultSort,
    in_doubt,
    missing,
    repeatable,
    sort_of,
)

F = FaultSort
POST, READ, UPDATE = "chat.postMessage", "conversations.history", "chat.update"
CASES = [
    # What was not done is done again; what may have been done is looked at first.
    ("ratelimited", POST, 200, F.RETRY),
    ("anything", POST, 429, F.RETRY),
    ("message_limit_exceeded", POST, 200, F.RETRY),
    ("internal_error", POST, 200, F.AMBIGUOUS),
    ("fatal_error", POST, 200, F.AMBIGUOUS),
    ("internal_error", READ, 200, F.RETRY),
    ("fatal_error", UPDATE, 200, F.RETRY),  # drawn twice is drawn once
    ("http_503", POST, 503, F.AMBIGUOUS),
    ("http_500", READ, 500, F.RETRY),
    ("views.publish", "views.publish", 502, F.RETRY),
    # What was named is found anew.
    ("channel_not_found", POST, 200, F.RESOLVE),
    ("message_not_found", UPDATE, 200, F.RESOLVE),
    ("cant_update_message", UPDATE, 200, F.RESOLVE),
    ("user_not_found", "conversations.open", 200, F.RESOLVE),
    # What was sent is drawn plainer.
    ("invalid_blocks", POST, 200, F.RENDER),
    ("msg_too_long", POST, 200, F.RENDER),
    ("metadata_too_large", POST, 200, F.RENDER),
    # This person, this channel.
    ("user_disabled", "conversations.open", 200, F.PERSON),
    ("cannot_dm_bot", "conversations.open", 200, F.PERSON),
    ("messages_tab_disabled", POST, 200, F.PERSON),
    ("is_archived", POST, 200, F.PERSON),
    ("restricted_action", POST, 200, F.PERSON),
    # Nobody there.
    ("token_revoked", POST, 200, F.WORKSPACE),
    ("invalid_auth", READ, 200, F.WORKSPACE),
    ("account_inactive", POST, 200, F.WORKSPACE),  # Slack says it of the token, not of whom is written to
    ("missing_scope", POST, 200, F.WORKSPACE),
    ("org_login_required", POST, 200, F.WORKSPACE),
    ("invalid_auth", POST, 500, F.WORKSPACE),  # a code says more than a status
    # Our own fault.
    ("invalid_arguments", POST, 200, F.OURS),
    ("expired_trigger_id", "views.open", 200, F.OURS),
    ("a_code_of_tomorrow", POST, 200, F.OURS),
]


@pytest.mark.parametrize(("code", "method", "status", "sort"), CASES)
def test_each_code(code, method, status, sort):
    assert sort_of(code, method, status=status) is sort


def test_each_code_has_one_sort_and_no_blank():
    assert len(SORTS) == sum(len(codes.split()) for codes in _TABLE.values())
    assert all(code and code == code.strip().lower() for code in SORTS)


def test_only_what_makes_something_new_is_in_doubt():
    assert {in_doubt(method) for method in READS | SAME_TWICE} == {F.RETRY}
    for method in ("chat.postMessage", "chat.postEphemeral", "views.open", "oauth.v2.access", "files.upload"):
        assert in_doubt(method) is F.AMBIGUOUS
        assert not repeatable(method)


def test_missing_scopes_keep_their_order():
    assert missing(["b"], ["c", "b", "a"]) == ["c", "a"]
