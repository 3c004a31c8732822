/** The AWS leg speaks to the simulator through the real client, as it does to AWS. */
import {
  DescribeAccountAttributesCommand,
  PinpointSMSVoiceV2Client,
  SendVoiceMessageCommand,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { describe, expect, it, vi } from 'vitest';
import { awsHttp } from '../../lambdas/providers/aws-http.ts';
import { createHttp } from '../../lambdas/providers/http.ts';
import { createAwsVoice } from '../../lambdas/providers/voice/aws-voice.ts';
import { createAwsVoiceCheck } from '../../lambdas/providers/voice/aws-voice-check.ts';
import { FAR_MS, IN_VAIN_MS } from '../support/deadlines.ts';
import { phone, type Running, runSimulators } from './simulator.ts';

const TO = '+14155550100';
const CALL = { to: TO, ref: 'k3v7q2m4x6b5n3c2-1-voice-2-3', speech: 'Lifeline. To acknowledge, use Slack.' };
const TWICE = `${CALL.speech}\n${CALL.speech}`;
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const base = (running: Running) => `${running.origin}/simulators/aws-voice`;
const setMode = (running: Running, mode: object) => fetch(base(running), { method: 'PUT', body: JSON.stringify(mode) });

/** As in composition/aws/clients.ts. */
const ours = (running: Running, timeoutMs = FAR_MS) =>
  new PinpointSMSVoiceV2Client({
    region: 'us-east-1',
    credentials,
    endpoint: base(running),
    maxAttempts: 1,
    requestHandler: awsHttp(createHttp({ timeoutMs })),
  });
const leg = (running: Running, timeoutMs = FAR_MS) =>
  createAwsVoice({ client: ours(running), originationIdentity: '+14155550001', timeoutMs });

describe('a call through AWS', () => {
  it('rings the phone and speaks what it was given twice, once it is answered', async () => {
    const running = await runSimulators();
    const sent = await leg(running).send(CALL);
    expect(sent).toMatchObject({ outcome: 'accepted', providerId: expect.stringMatching(/^aws-voice:[\w-]{36}$/) });
    expect(await phone(running)).toMatchObject([
      { kind: 'call', provider: 'aws-voice', from: '+14155550001', body: TWICE, status: 'ringing' },
    ]);
    const url = `${running.origin}/simulators/phones/${TO}/answer`;
    expect(await (await fetch(url, { method: 'POST' })).json()).toMatchObject({
      status: 'completed',
      body: TWICE,
    });
    expect(running.callbacks).toEqual([]);
  });

  it('carries what AWS needs to know, and nothing it would wait three days for', async () => {
    const seen: Record<string, unknown>[] = [];
    const client = { send: async (command: SendVoiceMessageCommand) => seen.push(command.input as never) };
    const provider = createAwsVoice({ client: client as never, originationIdentity: 'pool-1', timeoutMs: 1 });
    await provider.send({ ...CALL, language: 'de-DE', speech: `a <b> ${'x'.repeat(400)}` });
    expect(seen).toEqual([
      {
        DestinationPhoneNumber: TO,
        OriginationIdentity: 'pool-1',
        MessageBody: expect.stringMatching(
          /^<speak><break time="2s"\/>a &lt;b&gt; x+<break time="1s"\/>a &lt;b&gt; x+<\/speak>$/,
        ),
        MessageBodyTextType: 'SSML',
        VoiceId: 'VICKI',
        TimeToLive: 300,
        Context: { ref: CALL.ref },
      },
    ]);
    expect(String(seen[0]?.MessageBody).length).toBeLessThanOrEqual(700);
  });

  it('the SDK’s own client with its own transport is answered alike', async () => {
    const running = await runSimulators();
    const client = new PinpointSMSVoiceV2Client({ region: 'us-east-1', credentials, endpoint: base(running) });
    const command = { DestinationPhoneNumber: TO, OriginationIdentity: '+14155550001', MessageBody: 'x' };
    expect((await client.send(new SendVoiceMessageCommand(command))).MessageId).toMatch(/^[\w-]{36}$/);
    const { AccountAttributes } = await client.send(new DescribeAccountAttributesCommand({}));
    expect(AccountAttributes).toEqual([{ Name: 'ACCOUNT_TIER', Value: 'SANDBOX' }]);
    const wrong = client.send(new SendVoiceMessageCommand({ ...command, DestinationPhoneNumber: '4155550100' }));
    await expect(wrong).rejects.toMatchObject({ name: 'ValidationException', Reason: 'INVALID_PARAMETER' });
  });
});

describe('what AWS refuses is classified', () => {
  it.each([
    [{ mode: 'down' }, { code: 'http_503', class: 'transient', failsOver: true, counts: true }],
    [{ mode: 'unauthorized' }, { code: 'UnrecognizedClient', class: 'account_fault', opens: true }],
    [{ mode: 'suspended' }, { code: 'ACCOUNT_DISABLED', class: 'account_fault', opens: true }],
    [{ mode: 'rate-limited' }, { code: 'Throttling', class: 'transient', counts: true }],
    [{ mode: 'garbage' }, { class: 'ambiguous', counts: true }],
    [{ mode: 'hang' }, { code: 'timeout', class: 'ambiguous', counts: true }],
    [{ mode: 'reset' }, { code: 'econnreset', class: 'ambiguous' }],
    [
      { errorCode: 'NO_ORIGINATION_IDENTITIES_FOUND' },
      { class: 'sender_fault', failsOver: true, counts: false, disablesSender: true },
    ],
    [{ errorCode: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE' }, { class: 'account_fault', opens: true }],
    [{ errorCode: 'DAILY_DESTINATION_CALL_LIMIT' }, { class: 'refused_this_time', failsOver: false, counts: false }],
    [{ errorCode: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' }, { class: 'recipient_permanent', counts: false }],
    [{ errorCode: 'COUNTRY_NOT_ENABLED' }, { class: 'destination_fault', counts: false, disablesSender: false }],
    [{ errorCode: 'ValidationException' }, { code: 'Validation', class: 'our_bug', failsOver: false }],
  ])('%o', async (mode, fault) => {
    const running = await runSimulators();
    await setMode(running, mode);
    const timeoutMs = 'mode' in mode && mode.mode === 'hang' ? IN_VAIN_MS : undefined;
    expect(await leg(running, timeoutMs).send(CALL)).toMatchObject({ outcome: 'failed', fault });
  });

  it('without a number to call from nothing is asked, and no circuit hears of it', async () => {
    const send = vi.fn();
    const provider = createAwsVoice({ client: { send }, originationIdentity: '', timeoutMs: 1 });
    expect(await provider.send(CALL)).toMatchObject({
      fault: { code: 'no_origination_identity', class: 'sender_fault', failsOver: true, counts: false, opens: false },
    });
    expect(send).not.toHaveBeenCalled();
  });
});

describe('the check', () => {
  const check = (running: Running, originationIdentity = '+14155550001') =>
    createAwsVoiceCheck({ client: ours(running), originationIdentity, timeoutMs: FAR_MS }).check();

  it.each([
    [{ mode: 'ok' }, { finding: 'ok' }],
    [{ mode: 'down' }, { finding: 'failing' }],
    [{ mode: 'suspended' }, { finding: 'failing', fault: { opens: true } }],
    [{ mode: 'garbage' }, { finding: 'failing' }],
    [{ mode: 'unauthorized', errorCode: 'AccessDeniedException' }, { finding: 'unknown' }],
    [{ mode: 'rate-limited' }, { finding: 'unknown' }],
  ])('in mode %o', async (mode, result) => {
    const running = await runSimulators();
    await setMode(running, mode);
    expect(await check(running)).toMatchObject(result);
    expect(await phone(running)).toEqual([]);
  });

  it('says nothing where no number is set up', async () => {
    expect(await check(await runSimulators(), '')).toMatchObject({ finding: 'unknown' });
  });
});
