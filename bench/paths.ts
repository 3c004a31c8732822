/** The ways a page can go whose costs are counted, each told to the real handlers. */
import { MINUTE } from '../lambdas/core/time.ts';
import { callFault } from '../lambdas/providers/sms/twilio-codes.ts';
import { FULL_DISPATCH } from '../test/support/full-dispatch.ts';
import { smsLogLine } from '../test/support/log-event.ts';
import type { createWorld } from '../test/support/world.ts';

export type World = ReturnType<typeof createWorld>;
type Options = NonNullable<Parameters<typeof createWorld>[0]>;
type Providers = Pick<Options, 'provider' | 'standby' | 'channels' | 'reports'>;

export interface Path {
  name: string;
  /** Made anew for every run, for they may remember. */
  providers(): Providers & { recover?: () => void };
  /** What is there before the counting begins. */
  before?(world: World): Promise<unknown>;
  /** What is counted. @returns the page's id */
  walk(world: World, recover: () => void): Promise<string>;
  /** The page's status at the end. */
  ends: string;
  /** How the person can be reached beside the phone. */
  recipient?: object;
  /** It walks so many, and what is printed is for one of them; default 1. */
  pages?: number;
}

const accepts = () => undefined;
const down = () => ({ outcome: 'failed' as const, fault: callFault(503, undefined) });
/** "Message queue full": says nothing about the provider, so it uses an attempt up. */
const busy = () => ({ outcome: 'failed' as const, fault: callFault(400, 21611) });

/** Asks for no answer unless told to: what follows up is counted apart. */
async function dispatch(
  world: World,
  headers: Record<string, string> = { 'Idempotency-Key': 'a-key' },
  fields: object = {},
) {
  const sent = { ...FULL_DISPATCH, requireAck: false, ...fields };
  const { status, body } = await world.call('dispatchNotification', { body: sent, headers });
  if (status !== 202) throw new Error(`the dispatch answers ${status}: ${JSON.stringify(body)}`);
  return body.notificationId as string;
}

/** The receipts of the text sent last, as its provider brings them. */
async function receipts(world: World): Promise<void> {
  const last = world.sent.at(-1);
  if (!last) throw new Error('nothing was sent');
  if (last.by === 'sns') return void (await world.snsLog(smsLogLine(last.providerId.slice('sns:'.length))));
  for (const status of ['sent', 'delivered']) await world.callback(last.ref, last.providerId, status);
}

async function dispatchAndDeliver(world: World): Promise<string> {
  const id = await dispatch(world);
  await world.drain();
  await receipts(world);
  return id;
}

/** Both providers down for a while, and back before the page's next turn. */
function outage(name: string, ms: number): Path {
  return {
    name,
    providers() {
      let isDown = true;
      const provider = () => (isDown ? down() : undefined);
      const recover = () => {
        isDown = false;
      };
      return { provider, standby: provider, recover };
    },
    async walk(world, recover) {
      const id = await dispatch(world);
      await world.advance(ms);
      recover();
      for (let n = 0; n < 40 && world.sent.length === 0; n++) await world.advance(5_000);
      await receipts(world);
      return id;
    },
    ends: 'DELIVERED',
  };
}

const HERD = 50;

/** What an outage costs each of those that wait through it together, until they are given up. */
const HOUR_OF_OUTAGE: Path = {
  name: `both down for an hour, one of ${HERD}: given up`,
  providers: () => ({ provider: down, standby: down }),
  async walk(world) {
    const ids: string[] = [];
    for (let n = 0; n < HERD; n++) {
      const incident = { ...FULL_DISPATCH.incident, id: `INC-${n}` };
      ids.push(await dispatch(world, { 'Idempotency-Key': `key-${n}` }, { incident }));
    }
    await world.advance(65 * MINUTE);
    return ids[0] ?? '';
  },
  ends: 'FAILED',
  pages: HERD,
};

/** The first two are what the bill's budget is about. */
export const PATHS: readonly Path[] = [
  {
    name: 'delivered, no answer wanted',
    providers: () => ({ provider: accepts, standby: accepts }),
    walk: dispatchAndDeliver,
    ends: 'DELIVERED',
  },
  {
    name: 'delivered, acknowledged in time',
    providers: () => ({ provider: accepts, standby: accepts }),
    async walk(world) {
      const id = await dispatch(world, undefined, { requireAck: true });
      await world.drain();
      await receipts(world);
      await world.advance(30_000);
      await world.call('acknowledgeNotification', { params: { id }, body: { by: 'usr_alice' } });
      await world.advance(5_000);
      return id;
    },
    ends: 'ACKNOWLEDGED',
  },
  {
    name: 'Twilio down, delivered through SNS',
    providers: () => ({ provider: down, standby: accepts }),
    walk: dispatchAndDeliver,
    ends: 'DELIVERED',
  },
  outage('both down for 10 s: deferred once, delivered', 10_000),
  outage('both down for 20 min: deferred, delivered late', 20 * MINUTE),
  HOUR_OF_OUTAGE,
  {
    name: 'transient twice, delivered in attempt 3',
    providers() {
      const twice = () => {
        let left = 2;
        return () => (left-- > 0 ? busy() : undefined);
      };
      return { provider: twice(), standby: twice() };
    },
    async walk(world) {
      const id = await dispatch(world);
      for (let n = 0; n < 40 && world.sent.length === 0; n++) await world.advance(5_000);
      await receipts(world);
      return id;
    },
    ends: 'DELIVERED',
  },
  {
    name: 'SENT, then undelivered (30003), then SNS',
    providers: () => ({ provider: accepts, standby: accepts }),
    async walk(world) {
      const id = await dispatch(world);
      await world.drain();
      const [first] = world.sent;
      for (const status of ['sent', 'undelivered'])
        await world.callback(first?.ref ?? '', first?.providerId ?? '', status, { ErrorCode: '30003' });
      await world.drain();
      await receipts(world);
      return id;
    },
    ends: 'DELIVERED',
  },
  {
    name: 'acknowledged before it is sent',
    providers: () => ({ provider: accepts, standby: accepts }),
    async walk(world) {
      const id = await dispatch(world);
      await world.call('acknowledgeNotification', { params: { id } });
      await world.advance(3_000);
      return id;
    },
    ends: 'ACKNOWLEDGED',
  },
  {
    name: 'the same idempotency key again',
    providers: () => ({ provider: accepts, standby: accepts }),
    before: dispatchAndDeliver,
    walk: (world) => dispatch(world),
    ends: 'DELIVERED',
  },
  {
    name: 'the same incident again, page still open',
    providers: () => ({ provider: accepts, standby: accepts }),
    async before(world) {
      await dispatch(world, {});
      await world.drain();
    },
    walk: (world) => dispatch(world, {}),
    ends: 'SENT',
  },
];
