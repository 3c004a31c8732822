/**
 * Answers by text on a gateway in trouble: what no webhook brings, the hourly look at Twilio's list finds (ADR 23). One file because
 * all of it needs the same people, list and sweep.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../lambdas/core/providers/fault.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { FIXED } from '../../lambdas/core/rules.ts';
import { HOUR, MINUTE, SECOND } from '../../lambdas/core/time.ts';
import type { ListedText } from '../../lambdas/providers/sms/twilio-inbound.ts';
import { MAX_PAGES, SWEEP_WINDOW } from '../../lambdas/replies/inbound-sweep.ts';
import { PLAIN } from '../support/late-ports.ts';
import { createWorld, INCIDENT, type Options } from '../support/world.ts';

const phoneOf = (n: number) => `+1415556${String(n).padStart(4, '0')}`;

const ACCEPTED: SendResult = { outcome: 'accepted', providerId: 'SM', providerStatus: 'queued' };
const failure = (faultClass: Fault['class'], code: string): SendResult => ({
  outcome: 'failed',
  fault: { class: faultClass, code, message: code, failsOver: true, counts: true, opens: false, disablesSender: false },
});

interface Behaviour extends Options {
  /** Texts on a page of Twilio's list. */
  pageSize?: number;
  /** Called before Twilio answers for a page of its list; throws where it does not. */
  listing?: () => void;
  /** What Twilio makes of a reply. */
  replying?: (to: string) => SendResult;
}

/** People who were texted, Twilio's list of what they text back, and the sweep over it. */
async function texted(people: number, behaviour: Behaviour = {}) {
  const { pageSize = 200, listing = () => {}, replying = () => ACCEPTED, ...options } = behaviour;
  const list: ListedText[] = [];
  const replies: { to: string; body: string }[] = [];
  const world = createWorld({
    ...options,
    inbox: {
      list: async (since, from) => {
        listing();
        const newestFirst = list.filter(({ at }) => at >= since).toReversed();
        const start = Number(from?.split('=')[1] ?? 0);
        const end = start + pageSize;
        const next = newestFirst.length > end ? { next: `/2010-04-01/Accounts/AC/Messages.json?Page=${end}` } : {};
        return { texts: newestFirst.slice(start, end).toReversed(), ...next };
      },
      reply: async (to, body) => {
        const result = replying(to);
        if (result.outcome === 'accepted') replies.push({ to, body });
        return result;
      },
    },
  });
  const ids: string[] = [];
  for (let n = 0; n < people; n++) {
    const body = { name: `Person ${n}`, phone: phoneOf(n), phoneVerified: true };
    await world.call('putRecipient', { params: { id: `usr_${n}` }, body });
    const incident = { ...INCIDENT.incident, id: `INC-${n}` };
    const { body: page } = await world.call('dispatchNotification', {
      body: { ...INCIDENT, recipientId: `usr_${n}`, incident },
    });
    ids.push(page.notificationId);
  }
  await world.drain();
  const sweep = async () => {
    await world.sweepTexts();
    await world.drain();
  };
  /** A phone texts: Twilio has it, whether or not its webhook gets through. */
  const says = (phone: string, body: string): ListedText => {
    const text = { id: `SM${String(list.length).padStart(32, '0')}`, from: phone, body, at: world.now() };
    list.push(text);
    return text;
  };
  /** Every page counts as acknowledged by text, and no page by more than one answer. */
  const expectEachToCountOnce = async () => {
    for (const id of ids) {
      expect(await world.page(id)).toMatchObject({ status: 'ACKNOWLEDGED', acknowledgedVia: 'sms' });
    }
    const answered = world.audit.entries.filter(({ action }) => action === 'page.acknowledged');
    expect(new Set(answered.map(({ resource }) => resource)).size).toBe(answered.length);
    expect(new Set(replies.map(({ to }) => to)).size).toBe(replies.length);
  };
  return { world, ids, list, replies, sweep, says, expectEachToCountOnce };
}

const counted = (world: { counted: string[] }, metric: string) => world.counted.filter((one) => one === metric).length;

test('500 answers while the gateway answers 503 every third time all count, by retry or by sweep, and none counts twice', async () => {
  const { world, ids, replies, sweep, says, expectEachToCountOnce } = await texted(500);
  let requests = 0;
  let lost = 0;
  for (let n = 0; n < ids.length; n++) {
    const text = says(phoneOf(n), 'ACK');
    let isTaken = false;
    // Half of the numbers have Twilio's own settings, which do not repeat after a 503; the others repeat three times.
    for (let tries = 0; tries < (n < 250 ? 1 : 4) && !isTaken; tries++) {
      const isRefused = ++requests % 3 === 0;
      // What the gateway refuses has reached the function in a third of the cases: only its answer is lost.
      if (!isRefused || requests % 9 === 0) await world.text(text.from, text.body, { MessageSid: text.id });
      isTaken = !isRefused;
    }
    if (!isTaken) lost++;
  }
  expect(lost).toBeGreaterThan(50);
  await world.advance(2 * MINUTE);
  await sweep();
  await expectEachToCountOnce();
  // A person whom the webhook did not answer hears of it now.
  expect(replies.length).toBeGreaterThan(40);
  const before = replies.length;
  await sweep();
  expect(replies).toHaveLength(before);
});

describe('a backlog that no single run of 15 s could answer', () => {
  /** Runs of the sweep's function that die when what they wait for adds up to the time-out of every function. */
  function mortal() {
    const runs = new AsyncLocalStorage<{ spent: number }>();
    const died = { runs: 0 };
    const surroundings: Options['surroundings'] = {
      port: PLAIN.port,
      handler: (name, handle) =>
        name.includes('inbound-sweep') ? (...args) => runs.run({ spent: 0 }, () => handle(...args)) : handle,
    };
    const wait = (ms: number) => {
      const run = runs.getStore();
      if (!run) throw new Error('outside of a run');
      run.spent += ms;
      if (run.spent <= FIXED.functionTimeout) return;
      died.runs++;
      throw new Error('Task timed out after 15.00 seconds');
    };
    return { surroundings, wait, died };
  }

  test('a backlog that no single run of 15 s could answer is answered whole where Twilio takes seven seconds for each page of its list', async () => {
    const { surroundings, wait, died } = mortal();
    const { world, sweep, says, replies, expectEachToCountOnce } = await texted(120, {
      surroundings,
      pageSize: 20,
      listing: () => wait(7 * SECOND),
    });
    for (let n = 0; n < 120; n++) says(phoneOf(n), 'ACK');
    await world.advance(2 * MINUTE);
    await sweep();
    expect(died.runs).toBe(0);
    await expectEachToCountOnce();
    expect(replies).toHaveLength(120);
  });

  test('a backlog that no single run of 15 s could answer is answered whole where each reply takes three seconds and one person has sent twelve texts', async () => {
    const { surroundings, wait, died } = mortal();
    const { world, sweep, says, replies } = await texted(1, {
      surroundings,
      replying: () => {
        wait(3 * SECOND);
        return ACCEPTED;
      },
    });
    for (let n = 0; n < 12; n++) says(phoneOf(0), 'ACK');
    await world.advance(2 * MINUTE);
    await sweep();
    await world.advance(10 * MINUTE);
    // A run that died goes on behind what it has answered.
    expect(died.runs).toBeGreaterThan(0);
    expect(replies).toHaveLength(12);
    expect(world.queues.inbox.messages).toEqual([]);
  });
});

describe('a sweep that dies half-way', () => {
  test('goes on where it stopped, when Twilio lists nothing for the second page at first', async () => {
    let asked = 0;
    const { world, sweep, says, expectEachToCountOnce } = await texted(30, {
      pageSize: 10,
      listing: () => {
        asked++;
        if (asked === 2 || asked === 3) throw new Error('Twilio answers 503 instead of its messages');
      },
    });
    for (let n = 0; n < 30; n++) says(phoneOf(n), 'ACK');
    await world.advance(2 * MINUTE);
    await sweep();
    await world.advance(5 * MINUTE);
    expect(asked).toBe(5);
    await expectEachToCountOnce();
  });

  test('goes on while Twilio is down for two runs of the schedule, and loses no text', async () => {
    let isDown = true;
    const { world, sweep, says, expectEachToCountOnce } = await texted(10, {
      listing: () => {
        if (isDown) throw new Error('Twilio answers 503 instead of its messages');
      },
    });
    for (let n = 0; n < 10; n++) says(phoneOf(n), 'ACK');
    for (let run = 0; run < 3; run++) {
      await world.advance(run === 0 ? 2 * MINUTE : HOUR);
      await sweep();
    }
    isDown = false;
    // The texts are older than a new listing would look by now.
    await world.advance(5 * MINUTE);
    expect(world.queues.inbox.messages).toEqual([]);
    await expectEachToCountOnce();
  });

  test('repeats the orders that it had written down, and each text is answered once', async () => {
    let orders = 0;
    const { world, sweep, says, replies, expectEachToCountOnce } = await texted(30, {
      surroundings: {
        handler: PLAIN.handler,
        port: (name, port) =>
          name !== 'inboundQueue'
            ? port
            : {
                ...port,
                order: async (work: object) => {
                  if (++orders === 15) throw new Error('the queue is down');
                  await (port as unknown as { order: (work: object) => Promise<void> }).order(work);
                },
              },
      },
    });
    for (let n = 0; n < 30; n++) says(phoneOf(n), 'ACK');
    await world.advance(2 * MINUTE);
    await sweep();
    await world.advance(2 * MINUTE);
    await expectEachToCountOnce();
    expect(replies).toHaveLength(30);
  });
});

describe('a reply that Twilio does not take', () => {
  test.each([
    ['is down', failure('transient', 'http_503')],
    ['refuses our account', failure('account_fault', '20003')],
    ['answers with a code that is not known', failure('unknown_code', '99999')],
  ] as const)('is texted later where Twilio %s, and the text counts once', async (_, result) => {
    let tries = 0;
    const { world, sweep, says, replies, expectEachToCountOnce } = await texted(1, {
      replying: () => (++tries < 4 ? result : ACCEPTED),
    });
    says(phoneOf(0), 'ACK');
    await world.advance(2 * MINUTE);
    await sweep();
    expect(replies).toEqual([]);
    await expectEachToCountOnce();
    await world.advance(6 * MINUTE);
    expect([tries, replies.length]).toEqual([4, 1]);
    expect(counted(world, 'TextSwept')).toBe(1);
  });

  test.each([
    ['opted out', failure('opted_out', '21610')],
    ['has no such number', failure('recipient_permanent', '21211')],
    ['may have had it', failure('ambiguous', 'timeout')],
  ] as const)('is given up with an error in the log where the person %s', async (_, result) => {
    let tries = 0;
    const { world, sweep, says } = await texted(1, {
      replying: () => {
        tries++;
        return result;
      },
    });
    says(phoneOf(0), 'ACK');
    await world.advance(2 * MINUTE);
    await sweep();
    await world.advance(2 * HOUR);
    await sweep();
    expect(tries).toBe(1);
    expect(world.lines.filter(({ message }) => message === 'the reply to a text is given up')).toHaveLength(1);
  });

  test('a reply that Twilio does not take is given up three hours after the text', async () => {
    const { world, sweep, says } = await texted(1, { replying: () => failure('transient', 'http_503') });
    says(phoneOf(0), 'ACK');
    await world.advance(2 * MINUTE);
    await sweep();
    await world.advance(1.5 * SWEEP_WINDOW + 2 * MINUTE);
    expect(world.queues.inbox.messages).toEqual([]);
    expect(world.lines.filter(({ message }) => message === 'the reply to a text is given up')).toHaveLength(1);
  });
});

test.each([
  ['of a stranger', '+14155559999', 'who is this', 1],
  ['HELP', phoneOf(0), 'HELP', 0],
  ['STOP', phoneOf(0), 'STOP', 0],
] as const)(
  'a text that a webhook brought, %s, is neither dropped nor answered again by two sweeps that see it',
  async (_, phone, body, drops) => {
    const { world, sweep, says, replies } = await texted(1);
    await world.text(phone, body, { MessageSid: says(phone, body).id });
    for (let run = 0; run < 2; run++) {
      await world.advance(run === 0 ? 2 * MINUTE : 50 * MINUTE);
      await sweep();
    }
    expect([counted(world, 'TextDropped'), counted(world, 'TextSwept'), replies]).toEqual([drops, 0, []]);
  },
);

test("a stranger's text that no webhook brought is counted as dropped once, though two sweeps see it", async () => {
  const { world, sweep, says, replies } = await texted(1);
  says('+14155559999', 'who is this');
  for (let run = 0; run < 2; run++) {
    await world.advance(run === 0 ? 2 * MINUTE : 50 * MINUTE);
    await sweep();
  }
  expect([counted(world, 'TextDropped'), replies]).toEqual([1, []]);
});

test('texts of one phone are answered in the order they came', async () => {
  const { world, sweep, says } = await texted(1);
  for (const word of ['STOP', 'START']) {
    says(phoneOf(0), word);
    await world.advance(SECOND);
  }
  await world.advance(2 * MINUTE);
  await sweep();
  expect((await world.call('getRecipient', { params: { id: 'usr_0' } })).body.smsSuppressed).toBe(false);
});

test('a list without an end is read for a hundred pages, and the log says so', async () => {
  let asked = 0;
  const { world, list, sweep, says } = await texted(1, { pageSize: 1, listing: () => void asked++ });
  const text = says(phoneOf(0), 'nothing');
  await world.text(text.from, text.body, { MessageSid: text.id });
  for (let n = 0; n < 150; n++) list.push({ ...text });
  await world.advance(2 * MINUTE);
  await sweep();
  expect(asked).toBe(MAX_PAGES);
  expect(world.lines.map(({ message }) => message)).toContain(
    'more texts came in than a sweep reads; the oldest may be left out',
  );
});

test('an answer that the sweep finds counts from the time it came', async () => {
  const { world, ids, sweep, says } = await texted(1);
  const came = world.now();
  says(phoneOf(0), 'ACK');
  await world.advance(40 * MINUTE);
  await sweep();
  expect(Date.parse((await world.page(ids[0] ?? '')).acknowledgedAt)).toBe(came);
});

test('a STOP whose START was texted after it is not heeded again by a later sweep', async () => {
  const { world, sweep, says } = await texted(1);
  const phone = phoneOf(0);
  for (const word of ['STOP', 'START']) await world.text(phone, word, { MessageSid: says(phone, word).id });
  const suppressed = async () => (await world.call('getRecipient', { params: { id: 'usr_0' } })).body.smsSuppressed;
  await world.advance(2 * MINUTE);
  await sweep();
  expect(await suppressed()).toBe(false);
  const entries = world.audit.entries.length;
  await world.advance(60 * MINUTE);
  await sweep();
  expect(await suppressed()).toBe(false);
  expect(world.audit.entries).toHaveLength(entries);
});

test.each<[string, [word: string, isMissed: boolean][], suppressed: boolean]>([
  [
    'a STOP that no webhook brought does not outlive the START after it',
    [
      ['STOP', true],
      ['START', false],
    ],
    false,
  ],
  [
    'a START that no webhook brought does not undo the STOP after it',
    [
      ['START', true],
      ['STOP', false],
    ],
    true,
  ],
  [
    'a START that no webhook brought does not undo the second STOP after it',
    [
      ['STOP', false],
      ['START', true],
      ['STOP', false],
    ],
    true,
  ],
  [
    'a STOP that no webhook brought is heeded after an older START',
    [
      ['START', false],
      ['STOP', true],
    ],
    true,
  ],
  [
    'a START that no webhook brought is heeded after an older STOP',
    [
      ['STOP', false],
      ['START', true],
    ],
    false,
  ],
])('%s', async (_, words, suppressed) => {
  const { world, sweep, says } = await texted(1);
  for (const [word, isMissed] of words) {
    const { id, from } = says(phoneOf(0), word);
    if (!isMissed) await world.text(from, word, { MessageSid: id });
    await world.advance(2 * MINUTE);
  }
  await sweep();
  expect((await world.recipients.get('usr_0'))?.smsSuppressed).toBe(suppressed);
  expect(await world.optOuts.has(phoneOf(0))).toBe(suppressed);
});

test('a text that is less than a minute old is left to its webhook', async () => {
  const { world, ids, sweep, says, replies } = await texted(1);
  says(phoneOf(0), 'ACK');
  await world.advance(59 * SECOND);
  await sweep();
  expect(replies).toEqual([]);
  expect((await world.page(ids[0] ?? '')).status).not.toBe('ACKNOWLEDGED');
});

test('a list that Twilio does not give is asked for again, and its failures are counted for the alarm', async () => {
  const { world, sweep } = await texted(1, {
    listing: () => {
      throw new Error('Twilio answers 503 instead of its messages');
    },
  });
  await sweep();
  await world.advance(5 * MINUTE);
  expect(counted(world, 'RecordFailed')).toBeGreaterThan(2);
  expect(world.queues.inbox.messages).toHaveLength(1);
});
