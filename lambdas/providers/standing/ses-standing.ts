/** Whether mails through SES reach everybody: its sandbox, its daily quota, and whether the sender is verified. */
import { GetAccountCommand, GetEmailIdentityCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import type { Limited } from '../../core/health/ports.ts';
import { firstOf, limited, type Standing } from './standing.ts';

interface Options {
  client: Pick<SESv2Client, 'send'>;
  /** The address that mails come from, perhaps with a name; empty where there is none. */
  from: string;
  /** For each question, milliseconds. */
  timeoutMs: number;
}

/** Share of the day's quota from which on an incident may not have room any more. */
const NEARLY_USED = 0.9;

export function createSesStanding({ client, from, timeoutMs }: Options): Standing {
  const within = { requestTimeout: timeoutMs };
  const address = /<([^>]+)>/.exec(from)?.[1] ?? from;

  async function account(): Promise<Limited | undefined> {
    const { ProductionAccessEnabled, SendQuota } = await client.send(new GetAccountCommand({}), within);
    if (ProductionAccessEnabled === false) {
      return limited(
        'sandbox',
        'SES mails verified addresses only. Request production access: docs/deploy.md, "E-mail"',
      );
    }
    // -1 is no limit.
    const { Max24HourSend: most = -1, SentLast24Hours: sent = 0 } = SendQuota ?? {};
    if (most < 0 || sent < most * NEARLY_USED) return undefined;
    return limited(
      'quota',
      `SES has sent ${sent} of ${most} mails a day. Ask for a higher quota: docs/deploy.md, "E-mail"`,
    );
  }

  /** The domain, as it should be, or the address alone. */
  async function sender(): Promise<Limited | undefined> {
    for (const identity of [address.split('@')[1] ?? '', address]) {
      if (await isVerified(identity)) return undefined;
    }
    return limited(
      'sender_not_verified',
      `SES has not verified ${address} or its domain. Add its DNS records: docs/deploy.md, "E-mail"`,
    );
  }

  async function isVerified(EmailIdentity: string): Promise<boolean> {
    try {
      return (
        (await client.send(new GetEmailIdentityCommand({ EmailIdentity }), within)).VerifiedForSendingStatus === true
      );
    } catch (error) {
      if ((error as { name?: string }).name === 'NotFoundException') return false;
      throw error;
    }
  }

  return () => firstOf(account, sender);
}
