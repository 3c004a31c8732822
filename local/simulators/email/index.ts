/** The simulated e-mail providers and the inboxes behind them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { maskAnyPhones } from '../../../lambdas/core/recipient/mask.ts';
import { AccountSettings } from '../account-settings.ts';
import { type Check, ModeSwitch } from '../modes.ts';
import type { Store } from '../store.ts';
import { handleInbox } from './inbox.ts';
import { Mails } from './mails.ts';
import { startOutbox, type Told } from './outbox.ts';
import { SendGridApi } from './sendgrid-api.ts';
import { sendGridErrorCode } from './sendgrid-errors.ts';
import { createWebhook } from './sendgrid-webhook.ts';
import { NEW_SES_ACCOUNT, SesApi, type SesSettings } from './ses-api.ts';
import { sesErrorCode } from './ses-errors.ts';

/**
 * Hands an event of SES's (an EventBridge event, `source: aws.ses`) over. `unheard`: there is nobody yet, because the run
 * is still starting; `failed`: the rule's target did not take it; `done` also when no rule matches.
 */
export type DeliverEvent = (event: Record<string, unknown>) => Promise<Told>;

export interface EmailOptions {
  /** The key that SendGrid takes. Default LOCAL_SENDGRID_KEY. */
  sendGridApiKey?: string;
  /** Where SendGrid posts its events; without it nobody is told. */
  eventsUrl?: string;
  deliver?: DeliverEvent;
  /** How the account of SES is set up; default as a new one. */
  ses?: SesSettings;
}

export const LOCAL_SENDGRID_KEY = 'SG.local';
/** SendGrid posts what came together together. */
const EVENTS_A_POST = 50;

interface EmailProvider {
  modes: ModeSwitch;
  account?: AccountSettings<SesSettings>;
  errorCode: Check;
  handle(req: IncomingMessage, res: ServerResponse, path: string): Promise<void>;
}

export interface EmailSimulators {
  providers: Record<'sendgrid' | 'ses', EmailProvider>;
  /** What SendGrid's settings show as verification key; kept with the rest, so it is the same after a restart. */
  sendGridPublicKey: string;
  /** Answers what lies below `/simulators/inbox`. Throws Problem. */
  inbox(req: IncomingMessage, res: ServerResponse, segments: string[]): void;
  addresses(): { address: string; count: number; lastAt: string }[];
  stop(): Promise<void>;
}

export function startEmail(
  common: { store: Store; log: (line: string) => void; stopping: AbortSignal },
  {
    sendGridApiKey: apiKey = LOCAL_SENDGRID_KEY,
    eventsUrl,
    deliver = async () => 'done',
    ses: sesAccount = NEW_SES_ACCOUNT,
  }: EmailOptions,
): EmailSimulators {
  const { store, log, stopping } = common;
  const mails = new Mails(store.db);
  const webhook = createWebhook(mails, eventsUrl, stopping);
  const outboxes = {
    sendgrid: startOutbox({ mails, provider: 'sendgrid', batch: EVENTS_A_POST, tell: webhook.post }),
    ses: startOutbox({ mails, provider: 'ses', batch: 1, tell: async ([event = {}]) => deliver(event) }),
  };
  const modes = { sendgrid: new ModeSwitch(store, 'sendgrid'), ses: new ModeSwitch(store, 'ses') };
  const arrived = (to: string, subject: string) => log(`✉ ${maskAddress(to)}  ${maskAnyPhones(subject)}`);
  const sendgrid = new SendGridApi({
    apiKey,
    mails,
    modes: modes.sendgrid,
    outbox: outboxes.sendgrid,
    arrived,
    stopping,
  });
  const account = new AccountSettings(store, 'ses', sesAccount);
  const ses = new SesApi({ settings: account, mails, modes: modes.ses, outbox: outboxes.ses, arrived, stopping });
  return {
    providers: {
      sendgrid: {
        modes: modes.sendgrid,
        errorCode: sendGridErrorCode,
        handle: (req, res, path) => sendgrid.handle(req, res, path),
      },
      ses: {
        modes: modes.ses,
        errorCode: sesErrorCode,
        account,
        handle: (req, res, path) => ses.handle(req, res, path),
      },
    },
    sendGridPublicKey: webhook.publicKey,
    inbox: (req, res, segments) => handleInbox(req, res, segments, mails, sendgrid),
    addresses: () => mails.addresses(),
    async stop() {
      await Promise.all([outboxes.sendgrid.stop(), outboxes.ses.stop()]);
    },
  };
}

/** `alice@example.com` → `a•••@example.com`. */
const maskAddress = (address: string) => address.replace(/^(.)[^@]*/, '$1•••');
