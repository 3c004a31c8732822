/**
 * How much later a page reaches the phone when Twilio fails, in the real stack: from the dispatch to the text, and from
 * the worker's claim to the provider that took it, which is without the API and the queue in front.
 */
import { type Stack, until } from '../test/e2e/stack.ts';
import { median, progress, table, verdict } from './print.ts';
import { closeCircuits, pin, withStack } from './running.ts';

interface Kind {
  name: string;
  mode: string;
  /** Twilio's circuit is held open. */
  isOpen?: boolean;
  through: 'twilio' | 'sns';
  /** docs/spec/inside.md#budgets, ms added. */
  budget?: number;
}

const KINDS: readonly Kind[] = [
  { name: 'healthy', mode: 'ok', through: 'twilio' },
  { name: 'circuit open', mode: 'ok', isOpen: true, through: 'sns', budget: 0 },
  { name: 'down', mode: 'down', through: 'sns', budget: 250 },
  { name: 'reset', mode: 'reset', through: 'sns', budget: 250 },
  { name: 'unauthorized', mode: 'unauthorized', through: 'sns', budget: 250 },
  // Twilio takes the text and does not say so: the phone gets both, and the one through SNS counts.
  { name: 'hang', mode: 'hang', through: 'sns', budget: 4_000 },
];
const ROUNDS = 7;
/** The first round warms the workers up and does not count. */
const WARM_UP = 1;

interface Sample {
  toPhone: number;
  claimToSent: number;
  /** Whether the page's timeline tells of a call to Twilio; an open circuit is an event too, but no call. */
  askedTwilio: boolean;
}

/** @param rounds samples of each kind that count */
export const faults = (rounds = ROUNDS): Promise<void> =>
  withStack([], async (stack) => {
    const samples = new Map<string, Sample[]>(KINDS.map(({ name }) => [name, []]));
    // Round by round and not kind by kind, so that a busy minute of the machine does not fall on one kind.
    for (let round = 0; round < WARM_UP + rounds; round++) {
      for (const kind of KINDS) {
        const sample = await measure(stack, kind, `${kind.name.replace(' ', '-')}-${round}`);
        progress(`round ${round} ${kind.name}: ${sample.toPhone} ms`);
        if (round >= WARM_UP) samples.get(kind.name)?.push(sample);
      }
    }
    print(samples, rounds);
  });

let people = 0;

async function measure(stack: Stack, kind: Kind, name: string): Promise<Sample> {
  const number = `+1415555${1_000 + ++people}`;
  const body = { name, phone: number, phoneVerified: true };
  const { status } = await stack.call('PUT', `/recipients/${name}`, { body });
  if (status >= 300) throw new Error(`the recipient is answered ${status}`);
  if (kind.isOpen) await pin(stack, 'twilio', 'open');
  await closeCircuits(stack, kind.isOpen ? ['sns'] : undefined);
  await stack.simulator({ mode: kind.mode });

  const incident = { id: `INC-${name}`, title: 'High error rate', priority: 'CRITICAL', service: 'payments-api' };
  const started = Date.now();
  const answer = await stack.call('POST', '/notifications', {
    // Without an answer asked for: a follow-up would meet the fault of another sample.
    body: { incident, recipientId: name, requireAck: false },
  });
  const text = await until(
    `${name}: the text`,
    20_000,
    async () => (await stack.phone(number)).find(({ provider }) => provider === kind.through),
    50,
  );
  const events: { kind: string; at: string; code?: string }[] = await until(`${name}: sent`, 20_000, async () => {
    const page = (await stack.call('GET', `/notifications/${answer.body.notificationId}`)).body;
    const { events } = page.deliveries[0];
    return events.some((event: { kind: string }) => event.kind === 'sent') && events;
  });
  await stack.simulator({ mode: 'ok' });
  const at = (kind: string) => Date.parse(events.find((event) => event.kind === kind)?.at ?? '');
  return {
    toPhone: Date.parse(text.at) - started,
    claimToSent: at('sent') - at('claimed'),
    askedTwilio:
      kind.through === 'twilio' || events.some(({ kind, code }) => kind === 'failed_over' && code !== 'circuit_open'),
  };
}

function print(samples: Map<string, Sample[]>, rounds: number): void {
  const of = (name: string, value: 'toPhone' | 'claimToSent') => (samples.get(name) ?? []).map((s) => s[value]);
  const healthy = { toPhone: of('healthy', 'toPhone'), claimToSent: of('healthy', 'claimToSent') };
  /** What two healthy samples differ by: less than that is no difference. */
  const noise = Math.max(...healthy.toPhone) - Math.min(...healthy.toPhone);
  table(
    `Added time by fault (ms; ${rounds} samples each; added: median over the healthy median of this run)`,
    ['Twilio is', 'asked', 'to the phone', 'max', 'added', 'claim to sent', 'max', 'added', 'budget', ''],
    KINDS.map(({ name, budget, isOpen }) => {
      const columns = (['toPhone', 'claimToSent'] as const).map((value) => {
        const ms = of(name, value);
        return { middle: median(ms), most: Math.max(...ms), added: median(ms) - median(healthy[value]) };
      });
      const asked = (samples.get(name) ?? []).filter(({ askedTwilio }) => askedTwilio).length;
      const allowed = budget === 0 ? noise : (budget ?? Number.POSITIVE_INFINITY);
      // A sample in which a fault met an open circuit, or an open circuit was not respected, measured something else.
      const isWhatItSays = asked === (isOpen ? 0 : rounds);
      return [
        name,
        `${asked} of ${rounds}`,
        ...columns.flatMap(({ middle, most, added }) => [middle, most, name === 'healthy' ? '–' : added]),
        budget ?? '–',
        budget === undefined ? '' : verdict(isWhatItSays && columns.every(({ added }) => added <= allowed)),
      ];
    }),
  );
  console.log(`Healthy samples differ by ${noise} ms among themselves; a budget of 0 means no more than that.\n`);
}
