import { createSlackAnswered } from '../replies/slack-answered.ts';
import { createSlackCommands } from '../replies/slack-commands.ts';
import { createSlackInteractions } from '../replies/slack-interactions.ts';
import { createListedOf } from '../use-cases/bundle.ts';
import { type AnsweringPorts, answering } from './answering.ts';
import type { Ports, Settings } from './ports.ts';

/** Replaces the message whose button was pressed, or answers in place of it. */
export type SlackRespond = Pick<Parameters<typeof createSlackInteractions>[0], 'respond'>;

/** Buttons that are pressed in Slack, and `/oncall`. */
export function slackWebhooks(
  ports: AnsweringPorts & Pick<Ports, 'recipients' | 'keys' | 'signingSecret' | 'clock' | 'logger'> & SlackRespond,
  settings: Pick<Settings, 'overrides'>,
) {
  const answered = createSlackAnswered({ ...ports, ...settings, listedOf: createListedOf(ports) });
  const deps = { ...ports, ...answering(ports), answered };
  return { receiveSlackInteraction: createSlackInteractions(deps), receiveSlackCommand: createSlackCommands(deps) };
}
