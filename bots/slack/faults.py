"""What Slack's errors mean, and so what is done about each. Pure.

Codes: the error lists of the methods we call, docs.slack.dev/reference/methods (read in 2026).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class FaultSort(StrEnum):
    """What is done about an error."""

    RETRY = "retry"  # it was not done: again, later
    AMBIGUOUS = "ambiguous"  # it may have been done: look before it is done again
    RESOLVE = "resolve"  # what was named is not there (any more): find it anew
    RENDER = "render"  # what was sent is refused for its form: draw it plainer
    PERSON = "person"  # this person, or this channel, cannot be reached by Slack
    WORKSPACE = "workspace"  # nothing works in this workspace until somebody looks
    OURS = "ours"  # we called it wrongly: a fault of the program


F = FaultSort
_TABLE: Mapping[FaultSort, str] = {
    F.RETRY: """
        ratelimited rate_limited message_limit_exceeded request_timeout service_unavailable team_added_to_org
        accesslimited external_team_migration_in_progress team_access_not_granted_yet
    """,
    F.AMBIGUOUS: "internal_error fatal_error",
    F.RESOLVE: """
        channel_not_found user_not_found users_not_found message_not_found cant_update_message cant_delete_message
        thread_not_found not_in_channel no_item_specified file_not_found file_deleted not_found hash_conflict
        edit_window_closed no_im_found method_not_supported_for_channel_type cannot_reply_to_message
        parent_message_not_found cannot_unfurl_message
    """,
    F.RENDER: """
        invalid_blocks invalid_blocks_format msg_too_long msg_blocks_too_long no_text too_many_attachments
        too_many_contact_cards invalid_attachments attachment_payload_limit_exceeded metadata_too_large
        invalid_metadata_format invalid_metadata_schema metadata_must_be_sent_from_app view_too_large
        invalid_view user_token_blocks block_mismatch markdown_text_conflict slack_connect_file_link_sharing_blocked
        slack_connect_blocked_file_type cannot_unfurl_url missing_unfurls
    """,
    F.PERSON: """
        user_disabled cannot_dm_bot messages_tab_disabled is_archived restricted_action restricted_action_read_only_channel
        restricted_action_thread_only_channel restricted_action_non_threadable_channel restricted_action_thread_locked
        user_not_visible not_enabled cannot_message_user users_list_not_supplied user_is_restricted
        user_is_ultra_restricted ekm_access_denied team_not_found not_allowed_for_external user_not_in_team
        external_channel_migrating slack_connect_canvas_sharing_blocked as_user_not_supported
        slack_connect_clip_sharing_blocked
    """,
    F.WORKSPACE: """
        token_revoked token_expired invalid_auth account_inactive not_authed missing_scope org_login_required
        team_access_not_granted access_denied no_permission not_allowed_token_type app_missing_action_url
        two_factor_setup_required user_removed_from_team invalid_refresh_token bad_client_secret invalid_client_id
        bad_redirect_uri invalid_code code_already_used invalid_team_for_non_distributed_app app_not_installed
        app_uninstalled app_disabled enterprise_is_restricted not_allowed_app invalid_grant_type
        token_rotation_not_enabled cannot_install_an_org_installed_app oauth_authorization_url_mismatch
    """,
    F.OURS: """
        invalid_arguments invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type
        invalid_json json_not_object missing_post_type missing_charset superfluous_charset unknown_method
        method_deprecated deprecated_endpoint invalid_cursor invalid_limit invalid_ts_latest invalid_ts_oldest
        expired_trigger_id exchanged_trigger_id invalid_trigger_id trigger_exchanged push_limit_reached
        duplicate_external_id
    """,
}
SORTS: Mapping[str, FaultSort] = {code: sort for sort, codes in _TABLE.items() for code in codes.split()}

# Asking changes nothing, and of these the second call makes what the first one made: either may simply be called again.
READS = frozenset(
    {
        "auth.test", "bots.info", "chat.getPermalink", "conversations.history", "conversations.info",
        "conversations.list", "conversations.members", "conversations.replies", "dnd.info", "dnd.teamInfo",
        "files.info", "team.info", "users.conversations", "users.info", "users.list", "users.lookupByEmail",
        "auth.teams.list",
    }
)  # fmt: skip
SAME_TWICE = frozenset(
    {
        "chat.delete", "chat.unfurl", "chat.update", "conversations.join", "conversations.open", "views.publish",
        "views.update", "auth.revoke", "apps.uninstall", "apps.connections.open",
    }
)  # fmt: skip
TOO_MANY, SERVER_FAULT = 429, 500


def repeatable(method: str) -> bool:
    """Whether a call may be made again without a look whether it was made."""
    return method in READS or method in SAME_TWICE


def in_doubt(method: str) -> FaultSort:
    """The sort of a call whose answer never came."""
    return F.RETRY if repeatable(method) else F.AMBIGUOUS


def sort_of(code: str, method: str, *, status: int = 200) -> FaultSort:
    """What is done about an answer that says no: by its code, else by its HTTP status.

    A code nobody knows says that it was not done; a status of 500 and more says nothing at all.
    """
    if status == TOO_MANY:
        return F.RETRY
    found = SORTS.get(code)
    if found is F.AMBIGUOUS or (found is None and status >= SERVER_FAULT):
        return in_doubt(method)
    return found or F.OURS


def missing(have: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """The scopes that are wanted and not there, in the order in which they are wanted."""
    kept = frozenset(have)
    return [scope for scope in wanted if scope not in kept]
