import { describe, expect, it } from 'vitest';
import { createSenders } from '../../../lambdas/api/senders.ts';
import { contactCard } from '../../../lambdas/core/recipient/contact-card.ts';
import { apiHandler } from '../../../lambdas/http/api-handler.ts';
import { undocumented } from '../../support/openapi.ts';
import { recordedTelemetry } from '../../support/telemetry.ts';
import { createCaller } from '../../support/world/caller.ts';

describe('the contact card', () => {
  it('the contact card is one vCard 3.0 with every number once, its lines ended by CRLF', () => {
    const lines = contactCard(['+14155550000', '+4930123456', '+14155550000']).split('\r\n');
    expect(lines.slice(0, 2)).toEqual(['BEGIN:VCARD', 'VERSION:3.0']);
    expect(lines.filter((line) => line.startsWith('TEL'))).toEqual([
      'TEL;TYPE=VOICE,MSG:+14155550000',
      'TEL;TYPE=VOICE,MSG:+4930123456',
    ]);
    expect(lines).toEqual(expect.arrayContaining(['N:Lifeline;;;;', 'FN:Lifeline']));
    expect(lines.slice(-2)).toEqual(['END:VCARD', '']);
    // Longer lines would have to be folded.
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
  });

  it('leaves out senders that are no number', () => {
    expect(contactCard(['MG0123456789abcdef0123456789abcdef', 'OnCall', 'pool-0a1b', ''])).not.toContain('TEL');
  });
});

describe('GET /senders.vcf', () => {
  const found = (provider: 'twilio' | 'sns' | 'aws-voice', channel: 'sms' | 'voice', numbers?: string[]) => ({
    provider,
    channel,
    finding: 'ok' as const,
    latencyMs: 1,
    ...(numbers && { numbers }),
  });
  const callerOf = (twilioSender: string, providers: ReturnType<typeof found>[] | undefined) => {
    const snapshot = providers && { at: 0, tables: [], queues: [], providers };
    const deps = { twilioSender: async () => twilioSender, voiceOrigination: '+14155550001' };
    const getSenders = createSenders({ ...deps, health: { read: async () => snapshot } });
    return createCaller(apiHandler({ getSenders }, recordedTelemetry()));
  };
  const { call } = callerOf('+14155550000', undefined);

  it('has every number that the checks found behind a messaging service, a pool and the standby, each once', async () => {
    const { call } = callerOf('MG0123456789abcdef0123456789abcdef', [
      found('twilio', 'sms', ['+14155550021', '+442071838751']),
      found('twilio', 'voice'),
      found('sns', 'sms', ['+14155550001', '+14155550031']),
      found('aws-voice', 'voice', ['+14155550001']),
    ]);
    const { body } = await call('getSenders', { caller: null });
    expect(body.match(/^TEL.*/gm).map((line: string) => line.split(':')[1])).toEqual([
      '+14155550001',
      '+14155550021',
      '+442071838751',
      '+14155550031',
    ]);
  });

  it('needs no token, may be cached, and is a card', async () => {
    const answer = await call('getSenders', { caller: null });
    expect([answer.status, undocumented('getSenders', answer)]).toEqual([200, []]);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/vcard; charset=utf-8',
      'cache-control': 'public, max-age=3600',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.body).toContain('+14155550001');
  });
});
