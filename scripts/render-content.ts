/**
 * Writes test/rendered/: what every channel sends for the same few pages, one file each, for people to read and for
 * test/unit/content/rendered.test.ts to compare. Run it after a change to a template or to the words, and look at the
 * diff.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Bundle } from '../lambdas/core/content/bundle.ts';
import { emailContent } from '../lambdas/core/content/email.ts';
import { emailBundle } from '../lambdas/core/content/email-bundle.ts';
import { pushBundle, pushContent } from '../lambdas/core/content/push.ts';
import { slackAnswered, slackBundle, slackMessage, slackTeamPost } from '../lambdas/core/content/slack.ts';
import { smsText } from '../lambdas/core/content/sms.ts';
import { smsBundle } from '../lambdas/core/content/sms-bundle.ts';
import { teamsBundle, teamsCard } from '../lambdas/core/content/teams.ts';
import * as voice from '../lambdas/core/content/voice.ts';
import { LANGUAGES, say, type Wording, wordingFor } from '../lambdas/core/content/wording.ts';
import type { Page } from '../lambdas/core/page/page.ts';

const TARGET = new URL('../test/rendered/', import.meta.url);
const TRIGGERED = Date.parse('2026-11-22T10:00:00Z');
const NOW = TRIGGERED + 7 * 60_000;
const action = (token: string) => `https://lifeline.example.com/api/actions/${token}`;
const TOKENS = { acknowledge: 'AY2wq0Zk1n8JYt3bq0vXk9mPZr5cD1aE', resolve: 'BZ3xr1al2o9KZu4cr1wYl0nQas6dE2bF' };
export const LINKS = { acknowledge: action(TOKENS.acknowledge), resolve: action(TOKENS.resolve) };

/** docs/spec/api.md#dispatch. */
export const PAGE: Page = {
  id: 'pg_k4w7m2qd6xtzn3ae',
  incident: {
    id: 'INC-1042',
    title: 'High error rate',
    description: '5xx at 12 % for 4 minutes, threshold 2 %.\nFirst seen on eu-west-1, spreading.',
    priority: 'CRITICAL',
    service: 'payments-api',
    team: { id: 't1', name: 'Payments' },
    alertCount: 3,
    triggeredAt: '2026-11-22T10:00:00Z',
    url: 'https://example.com/i/1042',
  },
  recipientId: 'usr_alice',
  type: 'new_incident',
  escalationLevel: 0,
  requireAck: true,
  ackScope: 'incident',
  escalateTo: ['usr_bob'],
  skipTiers: false,
  code: '7K3',
  clientId: 'monitoring',
  bodyDigest: '',
  createdAt: TRIGGERED,
  round: 1,
  pendingTiers: [],
  rev: 1,
  deliveries: {},
};

const ALICE = { at: TRIGGERED + 2 * 60_000, by: 'Alice', via: 'slack' } as const;
const BOB = { at: TRIGGERED + 6 * 60_000, by: 'Bob', via: 'link' } as const;

const PAGES: Record<string, Page> = {
  'new-incident': PAGE,
  escalation: { ...PAGE, type: 'escalation', escalationLevel: 2 },
  acknowledgment: { ...PAGE, type: 'acknowledgment', acknowledged: ALICE },
  resolution: { ...PAGE, type: 'resolution', acknowledged: ALICE, resolved: BOB },
  test: { ...PAGE, test: true },
};

const BUNDLE: Bundle = {
  recipientId: 'usr_alice',
  pages: (
    [
      ['INC-1043', 'checkout', 'Latency p99 above 4 s', 'HIGH'],
      ['INC-1044', 'search', 'Index 40 min behind', 'MEDIUM'],
      ['INC-1042', 'payments-api', 'High error rate', 'HIGH'],
      ['INC-1045', 'checkout', 'Queue depth 12,000', 'HIGH'],
      ['INC-1046', 'mailer', 'Bounces above 5 %', 'LOW'],
    ] as const
  ).map(([id, service, title, priority], i) => ({
    ...PAGE,
    incident: { id, service, title, priority, url: `https://example.com/i/${id.slice(4)}` },
    createdAt: TRIGGERED + i * 60_000,
  })),
};

/** Every file by its name under test/rendered/. */
export function renderings(): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [name, page] of Object.entries(PAGES)) Object.assign(files, pageFiles(name, page, wordingFor('en')));
  for (const language of Object.keys(LANGUAGES).filter((tag) => tag !== 'en')) {
    Object.assign(files, pageFiles(`new-incident.${language}`, PAGE, wordingFor(language), 'Europe/Berlin'));
  }
  for (const headline of ['bundle', 'digest'] as const) Object.assign(files, bundleFiles(headline, wordingFor('en')));
  for (const language of Object.keys(LANGUAGES)) {
    files[`sms/${language}.txt`] = lines(texts(wordingFor(language)));
    files[`calls/${language}.txt`] = lines(calls(wordingFor(language)));
  }
  return files;
}

function pageFiles(name: string, page: Page, wording: Wording, timezone?: string): Record<string, string> {
  const options = { wording, timezone };
  const email = emailContent(page, { ...options, links: LINKS });
  return {
    [`email/${name}.html`]: email.html,
    [`email/${name}.txt`]: `Subject: ${email.subject}\n\n${email.text}`,
    [`slack/${name}.json`]: json(slackMessage(page, { ...options, tokens: TOKENS })),
    [`teams/${name}.json`]: json(teamsCard(page, { ...options, links: LINKS })),
    [`push/${name}.json`]: json(pushContent(page, { ...options, link: LINKS.acknowledge })),
    ...(name === 'new-incident' && {
      'slack/team-post.json': json(slackTeamPost(page, { ...options, tokens: TOKENS, name: 'Alice' })),
      'slack/acknowledged.json': json(
        slackAnswered({ ...page, acknowledged: ALICE }, { ...options, now: NOW, tokens: { resolve: TOKENS.resolve } }),
      ),
      'slack/resolved.json': json(
        slackAnswered({ ...page, acknowledged: ALICE, resolved: BOB }, { ...options, now: NOW }),
      ),
    }),
  };
}

function bundleFiles(headline: 'bundle' | 'digest', wording: Wording): Record<string, string> {
  const options = { wording, timezone: 'Europe/Berlin', headline };
  const email = emailBundle(BUNDLE, { ...options, links: LINKS });
  return {
    [`email/${headline}.html`]: email.html,
    [`email/${headline}.txt`]: `Subject: ${email.subject}\n\n${email.text}`,
    [`slack/${headline}.json`]: json(slackBundle(BUNDLE, { ...options, tokens: TOKENS })),
    [`teams/${headline}.json`]: json(teamsBundle(BUNDLE, { ...options, links: LINKS })),
    [`push/${headline}.json`]: json(pushBundle(BUNDLE, { ...options, link: LINKS.acknowledge })),
  };
}

function texts(wording: Wording): Record<string, string> {
  const { escalation, acknowledgment, resolution, test } = PAGES as Record<string, Page>;
  const answerable = { wording, replyCode: '7K3' };
  return {
    'new incident': smsText(PAGE, answerable),
    'one-way': smsText(PAGE, { wording, link: LINKS.acknowledge }),
    late: smsText(PAGE, { ...answerable, late: TRIGGERED }),
    ...(escalation && { escalation: smsText(escalation, answerable) }),
    ...(acknowledgment && { acknowledgment: smsText(acknowledgment, answerable) }),
    ...(resolution && { resolution: smsText(resolution, answerable) }),
    ...(test && { test: smsText(test, answerable) }),
    bundle: smsBundle(BUNDLE, { wording, twoWay: true }),
    'bundle, one-way': smsBundle(BUNDLE, { wording, twoWay: false, link: LINKS.acknowledge }),
    digest: smsBundle(BUNDLE, { wording, twoWay: true, headline: 'digest' }),
  };
}

function calls(w: Wording): Record<string, string> {
  return {
    script: voice.callScript(PAGE, w),
    'script, escalation': voice.callScript({ ...PAGE, type: 'escalation', escalationLevel: 2 }, w),
    'script, test': voice.callScript({ ...PAGE, test: true }, w),
    details: voice.callDetails(PAGE, w, NOW),
    confirmation: voice.callConfirmation(PAGE, w),
    'acknowledged by another': voice.callAnswered({ ...PAGE, acknowledged: ALICE }, w, NOW),
    'resolved by another': voice.callAnswered({ ...PAGE, resolved: BOB }, w, NOW),
    escalated: voice.callEscalated(w, true),
    'escalated, nobody next': voice.callEscalated(w, false),
    'unknown key': voice.callUnknownKey(w),
    goodbye: voice.callGoodbye(w),
    voicemail: voice.voicemail(PAGE, w),
    'one-way': voice.oneWayCall(PAGE, { where: voice.answerPlaces(['sms', 'email'], w) }, w),
    bundle: voice.callBundle(BUNDLE, w),
    code: voice.callCode('402917', w),
    language: say(w, 'locale'),
  };
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
const lines = (parts: Record<string, string>): string =>
  Object.entries(parts)
    .map(([name, text]) => `${name}\n  ${text}\n`)
    .join('\n');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const wanted = renderings();
  for (const folder of new Set(Object.keys(wanted).map((name) => name.split('/')[0]))) {
    const path = new URL(`${folder}/`, TARGET);
    await mkdir(path, { recursive: true });
    for (const file of await readdir(path)) if (!(`${folder}/${file}` in wanted)) await rm(new URL(file, path));
  }
  await Promise.all(Object.entries(wanted).map(([name, text]) => writeFile(new URL(name, TARGET), text)));
}
