/**
 * Slack's error words as data. Slack answers nearly every error with HTTP 200 and `{"ok":false,"error":"…"}`, so the
 * word decides and not the status. Sources: https://docs.slack.dev/reference/methods/chat.postMessage#errors and
 * docs/spec/delivery.md#retry-after. Slack has no second provider: whether a fault fails over changes nothing today,
 * and is right for the day it has one.
 */
import type { Fault } from '../../core/providers/fault.ts';
import { ACCOUNT, BUSY, byStatus, DEAD_CONTACT, OUR_BUG, OVERLOAD, RECIPIENT, type Row } from '../faults.ts';

const CODES = new Map<string, Row>([
  ['channel_not_found', [DEAD_CONTACT, 'the user or channel is unknown']],
  ['user_not_found', [DEAD_CONTACT, 'the user is unknown']],
  ['users_not_found', [DEAD_CONTACT, 'the user is unknown']],
  ['user_disabled', [DEAD_CONTACT, 'the user is deactivated']],
  ['user_not_visible', [RECIPIENT, 'the user cannot be seen by the app']],
  ['cannot_dm_bot', [DEAD_CONTACT, 'the user is a bot']],
  ['messages_tab_disabled', [RECIPIENT, 'the app takes no direct messages']],
  ['not_in_channel', [RECIPIENT, 'the app is not in the channel']],
  ['is_archived', [RECIPIENT, 'the channel is archived']],
  ['restricted_action', [RECIPIENT, 'the workspace restricts who may post there']],
  ['restricted_action_read_only_channel', [RECIPIENT, 'the channel is read-only']],
  ['restricted_action_thread_only_channel', [RECIPIENT, 'the channel takes threads only']],
  // Of chat.update: the message was deleted, or may no longer be edited.
  ['message_not_found', [RECIPIENT, 'the message is gone']],
  ['cant_update_message', [RECIPIENT, 'the message cannot be changed']],
  ['edit_window_closed', [RECIPIENT, 'the message can no longer be changed']],

  ['invalid_auth', [ACCOUNT, 'the token is refused']],
  ['not_authed', [ACCOUNT, 'no token arrived']],
  ['token_revoked', [ACCOUNT, 'the token was revoked']],
  ['token_expired', [ACCOUNT, 'the token has expired']],
  ['account_inactive', [ACCOUNT, 'the app was removed or its workspace is gone']],
  ['missing_scope', [ACCOUNT, 'the token lacks a scope']],
  ['no_permission', [ACCOUNT, 'the token lacks a permission']],
  ['not_allowed_token_type', [ACCOUNT, 'the token is of the wrong kind']],
  ['access_denied', [ACCOUNT, 'access is denied']],
  ['org_login_required', [ACCOUNT, 'the workspace is being moved to an organization']],
  ['team_access_not_granted', [ACCOUNT, 'the token has no access to the workspace']],
  ['ekm_access_denied', [ACCOUNT, 'the workspace suspends posting']],

  // One message a second and channel (docs.slack.dev, "Rate limits"): the others have nothing to do with it
  // (docs/spec/delivery.md#retry-after).
  ['ratelimited', [BUSY, 'too many messages to this channel']],
  ['rate_limited', [BUSY, 'too many messages to this channel']],
  ['service_unavailable', [OVERLOAD, 'service unavailable']],
  ['request_timeout', [OVERLOAD, 'the request timed out at Slack']],
  ['internal_error', [OVERLOAD, 'internal error']],
  ['fatal_error', [OVERLOAD, 'internal error']],
  ['team_added_to_org', [OVERLOAD, 'the workspace is being moved to an organization']],

  ['invalid_blocks', [OUR_BUG, 'the blocks are invalid']],
  ['invalid_blocks_format', [OUR_BUG, 'the blocks are no array']],
  ['msg_blocks_too_long', [OUR_BUG, 'the blocks are too long']],
  ['msg_too_long', [OUR_BUG, 'the text is too long']],
  ['no_text', [OUR_BUG, 'the text is empty']],
  ['invalid_arguments', [OUR_BUG, 'invalid arguments']],
  ['invalid_json', [OUR_BUG, 'the request is not JSON']],
  ['json_not_object', [OUR_BUG, 'the request is not a JSON object']],
  ['missing_post_type', [OUR_BUG, 'no content type']],
  ['invalid_post_type', [OUR_BUG, 'the content type is refused']],
  ['unknown_method', [OUR_BUG, 'the method is unknown']],
  ['method_deprecated', [OUR_BUG, 'the method is gone']],
]);

/**
 * A call that Slack answered with an error.
 * @param error Slack's word, where the answer had one. A word we do not know is taken for a refusal of this message: it
 *   ends the delivery, so that the next tier starts, and is no word on Slack's health.
 */
export function slackFault(status: number, error: string | undefined): Fault {
  const isRefusal = error !== undefined && status >= 200 && status <= 299;
  const limited = status === 429 ? CODES.get('ratelimited') : undefined;
  const [properties, words] =
    (error !== undefined && CODES.get(error)) || limited || byStatus(isRefusal ? 400 : status);
  return { ...properties, code: error ?? `http_${status}`, message: words };
}
