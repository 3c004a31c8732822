/** Providers tell what became of their messages, on bad lines: forged ones come too, and what was not taken comes again. */
import type { OperationId } from '../../lambdas/http/api.gen.ts';
import type { EventOptions } from '../support/api-event.ts';
import { signTwilio } from '../support/twilio-callback.ts';
import { PUBLIC_BASE_URL, TWILIO } from '../support/world/names.ts';
import type { createLifeline } from './lifeline.ts';
import type { Message } from './network.ts';
import type { Simulation } from './simulation.ts';

interface Deps {
  lifeline: ReturnType<typeof createLifeline>;
  call(operation: OperationId, event: EventOptions): Promise<{ status: number }>;
}

export function createCallbacks(sim: Simulation, { lifeline, call }: Deps) {
  const { checker } = lifeline;

  return callBack;

  /** Providers repeat a callback that was not answered, a few times. */
  async function callBack(message: Message, status: string, tries = 0): Promise<void> {
    if (message.provider === 'sns') return until(() => lifeline.snsLog(message, status), 20);
    if (message.channel === 'email') return until(() => lifeline.emailEvent(message, status), 20);
    if (message.channel === 'voice') return callEnded(message, status);
    const url = `${PUBLIC_BASE_URL}/webhooks/twilio/sms/status/${message.ref}`;
    const forged = sim.chance(0.1);
    const form = {
      AccountSid: TWILIO.accountSid,
      MessageSid: message.id,
      MessageStatus: status,
      ...(status === 'undelivered' && { ErrorCode: String(message.code ?? 30003) }),
    };
    const signed = signTwilio(forged ? 'forged' : TWILIO.authToken, url, form);
    const { status: answered } = await call('receiveTwilioSmsStatus', {
      params: { ref: message.ref },
      caller: null,
      ...signed,
    });
    if (forged && answered < 500 && answered !== 403) {
      checker.violations.push({
        invariant: '7 a webhook without a valid signature changes nothing',
        what: String(answered),
      });
    }
    if ((forged || answered >= 500) && tries < 8) {
      await sim.pause(1_000 * 2 ** tries);
      await callBack(message, status, tries + 1);
    }
  }

  async function callEnded({ ref, id }: Message, ended: string, tries = 0): Promise<void> {
    const url = `${PUBLIC_BASE_URL}/webhooks/twilio/voice/status/${ref}`;
    const form = { AccountSid: TWILIO.accountSid, CallSid: id, ...told(ended) };
    const signed = signTwilio(TWILIO.authToken, url, form);
    const { status } = await call('receiveTwilioVoiceStatus', { params: { ref }, caller: null, ...signed });
    if (status < 500 || tries >= 8) return;
    await sim.pause(1_000 * 2 ** tries);
    await callEnded({ ref, id } as Message, ended, tries + 1);
  }

  async function until(work: () => Promise<unknown>, tries = 1_000): Promise<void> {
    for (let n = 0; n < tries; n++) {
      try {
        await work();
        return;
      } catch {
        await sim.pause(1_000);
      }
    }
  }
}

/** What Twilio says of a call: of its end, or in the middle of it who was found to be on the line. */
function told(ended: string): Record<string, string> {
  switch (ended) {
    case 'detected':
      return { AnsweredBy: 'machine_end_other' };
    case 'machine':
      return { CallStatus: 'completed', AnsweredBy: 'machine_start', CallDuration: '30' };
    // The finding was told before.
    case 'screened':
      return { CallStatus: 'completed', CallDuration: '60' };
    case 'put-down':
      return { CallStatus: 'completed', AnsweredBy: 'human', CallDuration: '2' };
    default:
      return { CallStatus: ended, AnsweredBy: 'human', CallDuration: '30' };
  }
}
