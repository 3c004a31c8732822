/** Which functions can receive what they have sent, derived from the templates, against lib/loops.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOOPS } from '../../lib/loops.ts';
import { type Json, type Resource, ROOT, type Synthesized, synth } from './synth.ts';

const built = synth();
const { functions, resourceOf } = built;
const listed = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
const nameOf = ({ stack, id }: Resource): string => `${stack}/${id}`;

/**
 * Who hands what on to whom, by name, from the template resources alone: a role's policies say what a function may send to,
 * start or invoke; mappings, subscriptions, rules and filters say who gets it. A target that is not one resource (a
 * wildcard, a phone number) leads nowhere.
 */
function edgesOf({ ofType, target }: Pick<Synthesized, 'ofType' | 'target'>): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  const add = (from: Resource | undefined, to: Resource | undefined) => {
    if (!from || !to) return;
    edges.set(nameOf(from), (edges.get(nameOf(from)) ?? new Set()).add(nameOf(to)));
  };
  const HANDS_ON = new Set([
    ...['sqs:SendMessage', 'sns:Publish', 'events:PutEvents', 'lambda:InvokeFunction', 'logs:PutLogEvents'],
    ...['states:StartExecution', 'states:SendTaskSuccess', 'states:StartSyncExecution', 's3:PutObject'],
    // A schedule that a function makes does what the role may that it hands over.
    'iam:PassRole',
  ]);
  for (const { stack, properties } of ofType('AWS::IAM::Policy')) {
    for (const { Effect, Action, Resource: on } of properties.PolicyDocument.Statement) {
      if (Effect !== 'Allow' || !listed<string>(Action).some((action) => HANDS_ON.has(action))) continue;
      for (const role of properties.Roles) {
        for (const one of listed<Json>(on ?? [])) add(target(role, stack), target(one, stack));
      }
    }
  }
  for (const type of ['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine']) {
    for (const one of ofType(type)) add(one, target(one.properties.Role ?? one.properties.RoleArn, one.stack));
  }
  for (const { stack, properties } of ofType('AWS::Lambda::EventSourceMapping')) {
    const source = target(properties.EventSourceArn, stack);
    // Another kind of source, a table's stream for instance, has to be taught to this test first.
    expect(source?.type).toBe('AWS::SQS::Queue');
    add(source, target(properties.FunctionName, stack));
  }
  for (const { stack, properties } of ofType('AWS::SNS::Subscription')) {
    add(target(properties.TopicArn, stack), target(properties.Endpoint, stack));
  }
  for (const { stack, properties } of ofType('AWS::Logs::SubscriptionFilter')) {
    add(target(properties.LogGroupName, stack), target(properties.DestinationArn, stack));
  }
  for (const { stack, properties } of ofType('AWS::Events::Rule')) {
    // Nobody of ours puts anything on the account's own bus.
    const bus = properties.EventBusName === undefined ? undefined : target(properties.EventBusName, stack);
    for (const { Arn, DeadLetterConfig } of properties.Targets) {
      add(bus, target(Arn, stack));
      add(bus, target(DeadLetterConfig?.Arn, stack));
    }
  }
  for (const queue of ofType('AWS::SQS::Queue')) {
    add(queue, target(queue.properties.RedrivePolicy?.deadLetterTargetArn, queue.stack));
  }
  return edges;
}

/** Everything that something sent by `name` can come to, itself included if it can come back. */
function reachedFrom(edges: ReadonlyMap<string, ReadonlySet<string>>, name: string): Set<string> {
  const reached = new Set<string>();
  const next = [...(edges.get(name) ?? [])];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    next.push(...(edges.get(at) ?? []));
  }
  return reached;
}

const edges = edgesOf(built);
const nameOfEntry = new Map(functions.map((fn) => [fn.entry, nameOf(resourceOf(fn))]));
const reaches = (from: string, to: string) =>
  reachedFrom(edges, nameOfEntry.get(from) ?? '').has(nameOfEntry.get(to) ?? '');
const looping = functions.map(({ entry }) => entry).filter((entry) => reaches(entry, entry));

describe('functions that can receive what they have sent', () => {
  it('are these', () => {
    expect(looping.sort()).toEqual(
      [
        ...['email', 'push', 'slack', 'sms', 'teams', 'voice'].map((channel) => `delivery/${channel}-worker`),
        ...[
          'alerts/alerts',
          'replies/inbound-sweep',
          'replies/propagate-answer',
          'api/redrive',
          'escalation/escalate',
          'escalation/escalation-check',
        ],
        ...['events/webhooks', 'provider-health/health-check', 'receipts/receipt-check', 'receipts/sns-sms-log'],
        'suppression/release',
      ].sort(),
    );
  });

  it.each(functions.map((fn) => [fn.entry, fn] as const))(
    '%s may run in a loop if it is in one, and not otherwise',
    (entry, fn) => {
      expect(resourceOf(fn).properties.RecursiveLoop).toBe(looping.includes(entry) ? 'Allow' : 'Terminate');
    },
  );

  it('are those that lib/loops.ts lists, each with what ends its loops', () => {
    expect(Object.keys(LOOPS).sort()).toEqual(looping.sort());
    for (const loops of Object.values(LOOPS)) expect(loops.length).toBeGreaterThan(0);
  });
});

describe('what ends a loop', () => {
  const loops = [...new Set(Object.values(LOOPS).flat())].map((loop) => [loop.turn, loop] as const);

  it.each(loops)('%s: is held by a test that exists', (_turn, { test: [file, title] }) => {
    expect(readFileSync(join(ROOT, 'test', file), 'utf8')).toContain(`'${title}'`);
  });
});

describe('loops are found', () => {
  /** Functions and queues `a`, `b`, …; `from > to` for every edge. */
  const graph = (...arrows: string[]) => {
    const found = new Map<string, Set<string>>();
    for (const arrow of arrows) {
      const [from = '', to = ''] = arrow.split(' > ');
      found.set(from, (found.get(from) ?? new Set()).add(to));
    }
    return found;
  };

  const isInLoop = (edges: Map<string, Set<string>>, name: string) => reachedFrom(edges, name).has(name);

  it('over one queue, and over several functions', () => {
    expect(isInLoop(graph('a > q', 'q > a'), 'a')).toBe(true);
    expect(isInLoop(graph('a > q', 'q > b', 'b > r', 'r > a'), 'a')).toBe(true);
  });

  it('not for who only sends into one, and not for who only receives from one', () => {
    const one = graph('a > q', 'q > b', 'b > q', 'b > r', 'r > c');
    expect(['a', 'b', 'c'].map((name) => isInLoop(one, name))).toEqual([false, true, false]);
  });

  it('along queues, the state machine, the bus and one-time schedules of the templates', () => {
    expect(reaches('api/dispatch', 'delivery/sms-worker')).toBe(true);
    expect(reaches('escalation/escalation-check', 'escalation/escalate')).toBe(true);
    expect(reaches('api/dispatch', 'events/webhooks')).toBe(true);
    expect(reaches('api/maintenance-windows', 'suppression/release')).toBe(true);
    expect(reaches('api/read', 'delivery/sms-worker')).toBe(false);
    // Its role lets Lambda put events there that failed.
    expect(reaches('receipts/sns-sms-log', 'receipts/sns-sms-log')).toBe(true);
    // What a provider reports is no message of ours that comes back.
    expect(reaches('delivery/email-worker', 'receipts/ses-events')).toBe(false);
    expect(reaches('delivery/sms-worker', 'receipts/sns-sms-log')).toBe(false);
  });
});
