import {
  createDeleteRecipient,
  createGetRecipient,
  createListRecipients,
  createPutRecipient,
} from '../api/recipients.ts';
import type { Ports } from './ports.ts';

export interface RecipientSettings {
  /** Teams workflows on this machine are taken, as in a local run. */
  loopbackWebhooks: boolean;
}

/** Keeps recipients. */
export function recipientsApi(
  ports: Pick<Ports, 'recipients' | 'releases' | 'optOuts' | 'pages' | 'audit' | 'clock'>,
  settings: RecipientSettings,
) {
  const deps = { ...ports, ...settings };
  return {
    getRecipient: createGetRecipient(deps),
    listRecipients: createListRecipients(deps),
    putRecipient: createPutRecipient(deps),
    deleteRecipient: createDeleteRecipient(deps),
  };
}
