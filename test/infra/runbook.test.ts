import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Json, ROOT, synth } from './synth.ts';

const { ofType, target, templates } = synth({ alarmTopicArn: 'arn:aws:sns:us-east-1:123456789012:oncall' });

const runbook = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
/** Anchor, as GitHub makes it of a heading → the section's text. */
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      const anchor = heading
        .trim()
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-');
      return [anchor, lines.join('\n')] as const;
    }),
);

const CHANNELS = ['Email', 'Sms', 'Slack', 'Teams', 'Push', 'Voice'];

const shortId = (id: string) => id.replace(/[0-9A-F]{8}$/, '');

describe('the runbook', () => {
  const linked = ofType('AWS::CloudWatch::Alarm').map(({ id, properties }) => {
    const [, anchor] = / See docs\/runbook\.md#([\w-]+)$/.exec(properties.AlarmDescription) ?? [];
    return [shortId(id), anchor ?? 'no link', properties.AlarmDescription as string] as const;
  });

  it.each(linked)('%s links to a section that exists: %s', (_id, anchor) => {
    expect([...sections.keys()]).toContain(anchor);
  });

  it('has a section for each alarm alone, channels sharing theirs, and every alarm section has its alarm', () => {
    const shared = linked.filter(([, anchor]) => anchor.startsWith('channel-')).map(([, anchor]) => anchor);
    const own = linked.map(([, anchor]) => anchor).filter((anchor) => !shared.includes(anchor));
    expect(new Set(own).size).toBe(own.length);
    const anchors = [...own, ...new Set(shared)];
    expect(shared.length).toBe(CHANNELS.length * new Set(shared).size);
    const alarmed = [...sections].filter(([, text]) => text.includes('**The pager says**')).map(([anchor]) => anchor);
    expect(alarmed.sort()).toEqual(anchors.sort());
  });

  it.each(linked)('%s: %s quotes the alarm, and says how to look and what to do', (_id, anchor, description) => {
    const section = sections.get(anchor) ?? '';
    const says = description.replace(/ See docs.*$/, '');
    const quoted = anchor.startsWith('channel-')
      ? says.replace(/^(Email|SMS|Slack|Teams|Push|Voice)\b/, 'CHANNEL')
      : says;
    expect(section.replace(/\s+/g, ' ')).toContain(`**The pager says** ${quoted}`);
    for (const part of ['**What it means**', '**Look**', '**Do**']) expect(section).toContain(part);
    expect(section).toMatch(/^```sh$/m);
  });

  it.each(['a-page-shows-failed', 'provider-credentials'])('has %s', (anchor) => {
    for (const part of ['**Look**', '**Do**']) expect(sections.get(anchor)).toContain(part);
  });

  describe('brings back what SQS moved to the dead letters', () => {
    /** The queue whose URL the output is. */
    const queueOf = (stack = '', output = '') =>
      shortId(target(templates[stack].Outputs[output]?.Value, stack)?.id ?? '');
    const redriven = ofType('AWS::SQS::Queue').flatMap((queue) => {
      const policy = queue.properties.RedrivePolicy;
      const letters = policy && target(policy.deadLetterTargetArn, queue.stack);
      return letters ? [[shortId(letters.id), shortId(queue.id)] as const] : [];
    });
    const ofLanes = ([letters]: readonly [string, string]) => CHANNELS.some((name) => letters === `${name}DeadLetters`);
    /** Old checks are worth nothing. */
    const ofChecks = ([letters]: readonly [string, string]) => letters === 'HealthDeadLetters';
    const brought = [...runbook.matchAll(/^bring_back "\$\(out (\w+) (\w+)\)" "\$\(out (\w+) (\w+)\)"$/gm)].map(
      ([, from, letters, to, queue]) => [queueOf(from, letters), queueOf(to, queue)],
    );

    it('the runbook brings back what SQS moved to the dead letters of every queue, each to that queue and to no other', () => {
      const wanted = redriven.filter((one) => !ofLanes(one) && !ofChecks(one));
      expect(brought.sort()).toEqual(wanted.map((one) => [...one]).sort());
      expect(brought.length).toBeGreaterThan(8);
    });

    it('in the section of the alarm about them', () => {
      const own = [...sections].filter(([anchor]) => anchor.endsWith('-dead-letters'));
      const silent = own.filter(([, text]) => !/^(bring_back|aws sqs start-message-move-task) /m.test(text));
      expect(silent.map(([anchor]) => anchor)).toEqual(['health-dead-letters']);
    });

    it("the runbook brings a channel's messages back to the lane that each came from, and never a dead letter with a reason", () => {
      const text = sections.get('channel-dead-letters') ?? '';
      expect(text).toContain('/dead-letters/redrive');
      const [command] = /^aws sqs start-message-move-task .*$/m.exec(text) ?? [];
      expect(command).toMatch(/\{CHANNEL\}DeadLettersUrl/);
      // With one of the two lanes as destination, letters that a worker gave up would be moved there and dropped.
      expect(command).not.toContain('destination');
    });
  });

  it('names only outputs, log groups and queues that the stacks have', () => {
    const outputs = Object.values<Json>(templates).flatMap(({ Outputs = {} }) => Object.keys(Outputs));
    const used = [...runbook.matchAll(/\$\(out \w+ (\w+)\)/g)].map(([, name]) => name);
    const ofChannel = [...runbook.matchAll(/\$\(out \w+ "\$\{CHANNEL\}(\w+)"\)/g)].map(([, name]) => name);
    for (const channel of CHANNELS) expect(outputs).toEqual(expect.arrayContaining(ofChannel.map((n) => channel + n)));
    expect(used.length).toBeGreaterThan(3);
    expect(outputs).toEqual(expect.arrayContaining(used));
    const groups = ofType('AWS::Logs::LogGroup').map(({ properties }) => properties.LogGroupName);
    for (const [name] of runbook.matchAll(/\/lifeline\/[a-z-]+/g)) expect(groups).toContain(name);
  });
});
