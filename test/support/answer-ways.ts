import { createTellDropped } from '../../lambdas/composition/dropped-texts.ts';
import { createOptOutNews } from '../../lambdas/composition/opt-out-news.ts';
import type { AlertQueue } from '../../lambdas/core/alerts/ports.ts';
import type { AuditLog } from '../../lambdas/core/audit/ports.ts';
import type { Clock } from '../../lambdas/core/clock.ts';
import { wordingFor } from '../../lambdas/core/content/wording.ts';
import type { CodeStore, PageStore } from '../../lambdas/core/page/ports.ts';
import type { RecipientStore } from '../../lambdas/core/recipient/ports.ts';
import { createActionLinks } from '../../lambdas/delivery/action-link.ts';
import type { SlackReply } from '../../lambdas/providers/slack/slack-respond.ts';
import { createGetAction, createPostAction } from '../../lambdas/replies/action.ts';
import { createAnswerText } from '../../lambdas/replies/answer-text.ts';
import { createSlackAnswered } from '../../lambdas/replies/slack-answered.ts';
import { createSlackCommands } from '../../lambdas/replies/slack-commands.ts';
import { createSlackInteractions } from '../../lambdas/replies/slack-interactions.ts';
import { createTwilioSmsInbound } from '../../lambdas/replies/twilio-sms-inbound.ts';
import { createAnswerIncidents } from '../../lambdas/use-cases/answer-incidents.ts';
import type { AnswerPage } from '../../lambdas/use-cases/answer-page.ts';
import { createOptOut } from '../../lambdas/use-cases/opt-out.ts';
import type { Surroundings } from './late-ports.ts';
import { memoryInboundTexts, memoryOptOuts } from './memory-answers.ts';
import type { recordedTelemetry } from './telemetry.ts';

/** What `signSlack` signs requests with, for a world. */
export const SLACK_SIGNING_SECRET = 'slack-signing-secret-of-tests';

interface Parts {
  pages: PageStore;
  codes: CodeStore;
  recipients: RecipientStore;
  audit: AuditLog;
  answerPage: AnswerPage;
  clock: Clock;
  telemetry: ReturnType<typeof recordedTelemetry>;
  twilio: { accountSid: string; authToken: string };
  publicBaseUrl: string;
  alertQueue: AlertQueue;
  surroundings: Surroundings;
}

/** Answers by text and by link, and opting out, over the parts of a world. */
export function answerWays({ telemetry, twilio, publicBaseUrl, alertQueue, surroundings, ...parts }: Parts) {
  const { port } = surroundings;
  const dropped = createTellDropped(telemetry);
  const answerIncidents = createAnswerIncidents(parts.answerPage);
  const shared = { ...parts, answerIncidents };
  const optOuts = port('optOuts', memoryOptOuts());
  const inbound = port('inbound', memoryInboundTexts(shared.clock));
  const optOut = createOptOut({ ...shared, optOuts, news: createOptOutNews({ ...telemetry, alerts: alertQueue }) });
  const rotation: { current: string; previous?: string } = { current: 'key-of-tests' };
  const keys = async () => rotation;
  const slackReplies: SlackReply[] = [];
  const slack = {
    ...shared,
    keys,
    logger: telemetry.logger,
    signingSecret: async () => SLACK_SIGNING_SECRET,
    answered: createSlackAnswered({ keys, clock: shared.clock }),
    ...port('slack', {
      respond: async (_url: string | undefined, reply: SlackReply) => slackReplies.push(reply) > 0,
    }),
  };
  /** A deployment's own words, as far as pages behind links speak them. */
  const overrides = { nl: { locale: 'nl-NL', acknowledge: 'Aannemen <b>', actionUnknown: 'Deze link werkt niet' } };
  const links = createActionLinks({ keys, publicBaseUrl, clock: shared.clock });
  const answerText = createAnswerText({ ...shared, inbound, optOut, dropped, wording: wordingFor });
  return {
    answerText,
    answerIncidents,
    optOuts,
    optOut,
    inbound,
    /** What links are signed with; a test may rotate it. */
    rotation,
    /** What was posted to the response URLs of clicks. */
    slackReplies,
    links,
    handlers: {
      receiveTwilioSmsInbound: createTwilioSmsInbound({
        answerText,
        dropped,
        clock: shared.clock,
        authTokenOf: async (sid) => (sid === twilio.accountSid ? twilio.authToken : undefined),
        publicBaseUrl,
      }),
      receiveSlackInteraction: createSlackInteractions(slack),
      receiveSlackCommand: createSlackCommands(slack),
      getAction: createGetAction({ ...shared, keys, overrides }),
      postAction: createPostAction({ ...shared, keys, overrides }),
    },
  };
}
