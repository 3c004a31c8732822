import type { Clock } from '../core/clock.ts';
import type { ApiRequest, Form } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { validSlackSignature } from '../providers/slack/slack-signature.ts';
import type { Log } from '../runtime/logger.ts';

export interface SlackSigned {
  /** Of the Slack app; undefined where this deployment has none. */
  signingSecret: () => Promise<string | undefined>;
  clock: Clock;
  logger: Pick<Log, 'error'>;
}

/** The form of a request that Slack signed within the last five minutes. Throws 403 `bad-signature` for any other. */
export async function slackForm({ headers, rawBody, body }: ApiRequest, deps: SlackSigned): Promise<Form> {
  const signingSecret = await deps.signingSecret();
  if (!signingSecret) {
    // Slack shows the person "operation failed" and nobody a reason; the reason is here.
    deps.logger.error('the provider secret has no slack.signingSecret: every request of Slack is refused');
    throw new Problem('bad-signature');
  }
  const isSlack = validSlackSignature({
    signingSecret,
    timestamp: headers['x-slack-request-timestamp'],
    signature: headers['x-slack-signature'],
    body: rawBody,
    now: deps.clock.now(),
  });
  if (!isSlack) throw new Problem('bad-signature');
  return (body ?? {}) as Form;
}
