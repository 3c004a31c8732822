import type { AppSettings } from '../../../lambdas/composition/app.ts';
import { CHANNELS, type Channel } from '../../../lambdas/core/page/page.ts';
import { rules as rulesOf } from '../../../lambdas/core/rules.ts';
import { PUBLIC_BASE_URL } from './names.ts';

/** Pages beyond any cap: nothing is held for one. */
const NO_CAP = Number.POSITIVE_INFINITY;

/** What a deployment of tests has chosen. */
export function settingsOf(channels: readonly Channel[], chosen: Partial<AppSettings>): AppSettings {
  const rules = rulesOf();
  return {
    rules,
    channels: CHANNELS,
    available: new Set(channels),
    /** A deployment's own words, as far as pages behind links speak them. */
    overrides: { nl: { locale: 'nl-NL', acknowledge: 'Aannemen <b>', actionUnknown: 'Deze link werkt niet' } },
    publicBaseUrl: PUBLIC_BASE_URL,
    hourlyCap: NO_CAP,
    twoWay: [],
    senderLimit: rules.senderLimit,
    environments: 1,
    operationsRecipients: [],
    timeScale: 1,
    pace: { sms: rules.senderLimit, voice: rules.senderLimit },
    countries: 'all',
    loopbackWebhooks: false,
    ...chosen,
  };
}
