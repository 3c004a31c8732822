import { createAfterDirectMessage } from '../../delivery/after-direct-message.ts';
import { createChannel } from '../../delivery/create-channel.ts';
import { createPostToTeam } from '../../delivery/team-post.ts';
import type { RecordHandler } from '../../runtime/sqs-handler.ts';
import { consuming, type WorkerPorts, type WorkerSettings, workerParts } from '../delivery.ts';
import type { Ports } from '../ports.ts';
import { NOTHING_BESIDE } from './plain.ts';

export function slackWorker(
  ports: WorkerPorts & Pick<Ports, 'slack' | 'posts'>,
  settings: WorkerSettings,
): RecordHandler {
  const { slack, posts } = ports;
  const parts = workerParts(ports, settings);
  const { messages } = parts;
  const team = createPostToTeam({ ...parts, slack, posts, content: messages.teamPost });
  const channel = createChannel({
    ...parts,
    ...NOTHING_BESIDE,
    providers: [slack],
    compose: messages.slack,
    afterwards: createAfterDirectMessage({ slack, answered: messages.answered, postToTeam: team.post }),
    beside: team.again,
  });
  return consuming('slack', parts, channel);
}
