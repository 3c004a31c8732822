/**
 * Whether Slack would take our messages: auth.test says whom the token belongs to, and refuses one that is revoked or
 * whose workspace is gone. It does not show a missing scope; a send does. https://docs.slack.dev/reference/methods/auth.test
 */
import type { ProviderCheck } from '../../core/health/ports.ts';
import { createHttp } from '../http.ts';
import type { SlackOptions } from './slack.ts';
import { callSlack } from './slack-api.ts';

/** Makes the check of the slack channel. It never throws and posts nothing. */
export function createSlackCheck(options: SlackOptions): ProviderCheck {
  const { credentials, apiUrl, timeoutMs, http = createHttp({ timeoutMs }) } = options;
  return {
    provider: 'slack',
    channel: 'slack',
    async check() {
      const answer = await callSlack({ http, credentials, apiUrl }, 'auth.test', {});
      if (answer.ok) return { finding: 'ok' };
      const { fault } = answer;
      // Nobody asked Slack: that says nothing about it.
      if (fault.code === 'credentials_unavailable') return { finding: 'unknown', message: fault.message };
      return { finding: 'failing', fault };
    },
  };
}
