import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import { signSlack } from '../support/slack-signed.ts';
import { SLACK_SIGNING_SECRET } from '../support/world/names.ts';
import { ALICE, createWorld, INCIDENT } from '../support/world.ts';

type World = ReturnType<typeof createWorld>;

/** The ways of answering that may mean several incidents; each gives what the person is told. */
const WAYS: Record<string, (world: World) => Promise<string>> = {
  text: (world) => world.text(ALICE, 'ACK ALL'),
  call: (world) => world.dial(ALICE, { Digits: '1' }),
  async 'Slack command'(world) {
    const form = { command: '/oncall', text: 'ack all', user_id: 'UALICE' };
    const { body } = await world.call('receiveSlackCommand', signSlack(SLACK_SIGNING_SECRET, world.now(), form));
    return body.text;
  },
};

/** Alice is paged about two incidents. `between` happens after her answer was read and before it is written. */
async function paged() {
  let between = async () => {};
  const world: World = createWorld({
    channels: CHANNELS,
    wrapPages(pages) {
      const reading = async <T>(read: Promise<T>): Promise<T> => {
        const found = await read;
        const happen = between;
        between = async () => {};
        await happen();
        return found;
      };
      return { ...pages, getMany: (ids) => reading(pages.getMany(ids)), list: (query) => reading(pages.list(query)) };
    },
  });
  await world.putAlice({ slackUserId: 'UALICE' });
  const ids: string[] = [];
  for (const [id, service] of [
    ['INC-1042', 'payments-api'],
    ['INC-1043', 'checkout'],
  ]) {
    const incident = { ...INCIDENT.incident, id, service };
    const body = { ...INCIDENT, incident, channels: ['sms'] };
    ids.push((await world.call('dispatchNotification', { body })).body.notificationId);
  }
  await world.advance(1_000);
  return {
    world,
    ids,
    /** Bob acknowledges the incidents while Alice's answer is on its way. */
    bobTakes(...incidents: string[]) {
      between = async () => {
        for (const incidentId of incidents) {
          await world.call('acknowledgeIncident', { params: { incidentId }, body: { by: 'Bob' } });
        }
      };
    },
  };
}

describe.each(Object.entries(WAYS))('an answer by %s', (_way, answer) => {
  test('says who has the incident when somebody was quicker, and is no answer in the audit', async () => {
    const { world, ids, bobTakes } = await paged();
    bobTakes('INC-1042', 'INC-1043');
    const told = await answer(world);
    expect(told).toContain('Bob');
    expect(told).not.toContain('You have acknowledged');
    for (const id of ids) expect((await world.page(id)).acknowledgedBy).toBe('Bob');
    expect(world.audit.entries.filter(({ action }) => action === 'page.acknowledged')).toEqual([]);
  });

  test('says which incident is the person’s now and which one somebody else has', async () => {
    const { world, ids, bobTakes } = await paged();
    bobTakes('INC-1043');
    const told = await answer(world);
    expect(told).toContain('payments-api');
    expect(told).toContain('Bob');
    expect(await Promise.all(ids.map(async (id) => (await world.page(id)).acknowledgedBy))).toEqual(['Alice', 'Bob']);
    const audited = world.audit.entries.filter(({ action }) => action === 'page.acknowledged');
    expect(audited).toMatchObject([
      { resource: `page/${ids[0]}`, actor: 'recipient/usr_alice', details: { by: 'Alice' } },
    ]);
  });

  test('says that the incidents are the person’s when nobody else has them', async () => {
    const { world, ids } = await paged();
    const told = await answer(world);
    expect(told).not.toContain('Bob');
    expect(told).toMatch(/acknowledged/);
    for (const id of ids) expect((await world.page(id)).acknowledgedBy).toBe('Alice');
  });
});
