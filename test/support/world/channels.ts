/** The six channels as the worker entries put them together, over whatever providers and ports there are. */

import type { Clock } from '../../../lambdas/core/clock.ts';
import type { Channel as ChannelName } from '../../../lambdas/core/page/page.ts';
import type { DeliveryQueue, PageStore, TeamPosts } from '../../../lambdas/core/page/ports.ts';
import type { ChannelProvider, SlackProvider, VoiceProvider } from '../../../lambdas/core/providers/ports.ts';
import type { CallLines } from '../../../lambdas/core/rate-limit/ports.ts';
import type { LateReceipts, ReceiptChecks } from '../../../lambdas/core/receipts/ports.ts';
import type { Rules } from '../../../lambdas/core/rules.ts';
import type { ActionLinks } from '../../../lambdas/delivery/action-link.ts';
import { createAfterCall } from '../../../lambdas/delivery/after-call.ts';
import { createAfterDirectMessage } from '../../../lambdas/delivery/after-direct-message.ts';
import { onFreeLine } from '../../../lambdas/delivery/call-line.ts';
import type { Channel } from '../../../lambdas/delivery/channel.ts';
import { createChannel } from '../../../lambdas/delivery/create-channel.ts';
import type { CopyResult } from '../../../lambdas/delivery/deliver.ts';
import { createKnownCall } from '../../../lambdas/delivery/known-call.ts';
import { createMessages } from '../../../lambdas/delivery/messages.ts';
import { createPostToTeam } from '../../../lambdas/delivery/team-post.ts';
import type { AfterFailure } from '../../../lambdas/use-cases/after-failure.ts';
import type { BundleOf } from '../../../lambdas/use-cases/bundle.ts';
import type { ReceiveReceipt } from '../../../lambdas/use-cases/receive-receipt.ts';
import type { SenderLimits } from '../../../lambdas/use-cases/sender-limits.ts';
import { createSpendSegments } from '../../../lambdas/use-cases/spend-segments.ts';
import type { recordedTelemetry } from '../telemetry.ts';

interface Deps {
  providers: Record<ChannelName, readonly ChannelProvider<never>[]>;
  pages: PageStore;
  queue: DeliveryQueue;
  lateReceipts: LateReceipts;
  receiptChecks: ReceiptChecks;
  receiveReceipt: ReceiveReceipt;
  lines: CallLines;
  posts: TeamPosts;
  links: ActionLinks;
  afterFailure: AfterFailure;
  rules: Rules;
  clock: Clock;
  bundleOf?: BundleOf;
  telemetry: ReturnType<typeof recordedTelemetry>;
  limits: Pick<SenderLimits, 'spend'>;
  /** Lets time pass while a worker waits. */
  pause(ms: number): Promise<unknown>;
}

type Deliver = (message: Parameters<DeliveryQueue['send']>[0]) => Promise<CopyResult>;

export function createChannels(deps: Deps) {
  const { providers, telemetry, lines } = deps;
  const messages = createMessages({
    clock: deps.clock,
    whole: deps.pages.getWhole,
    links: deps.links,
    overrides: {},
    twoWay: [],
    rules: deps.rules,
    ...(deps.bundleOf && { bundleOf: deps.bundleOf }),
  });
  const shared = { ...deps, ...telemetry };
  const make = (name: ChannelName, more: object = {}): Channel =>
    createChannel({ ...shared, providers: providers[name], compose: messages[name], ...more } as never);

  const slack = providers.slack[0] as unknown as SlackProvider;
  const team = createPostToTeam({ ...shared, slack, content: messages.teamPost, random: () => 0 });
  const afterCall = createAfterCall({
    lines,
    providers: providers.voice as unknown as VoiceProvider[],
    rules: deps.rules,
    clock: deps.clock,
  });
  const channels: Record<ChannelName, Channel> = {
    email: make('email'),
    sms: make('sms', { spend: createSpendSegments(deps.limits) }),
    slack: make('slack', {
      afterwards: createAfterDirectMessage({ slack, answered: messages.answered, postToTeam: team.post }),
      beside: team.again,
    }),
    teams: make('teams'),
    push: make('push'),
    voice: make('voice', { afterwards: afterCall, reconcile: createKnownCall({ ...deps, pause: deps.pause }) }),
  };
  return {
    channels,
    /** What has to happen before a copy may be delivered. */
    wrap(name: ChannelName, deliver: Deliver): Deliver {
      return name === 'voice' ? onFreeLine(deliver, deps) : deliver;
    },
  };
}
