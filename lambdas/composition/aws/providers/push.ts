import { FIXED } from '../../../core/rules.ts';
import { createSnsPush } from '../../../providers/push/sns-push.ts';
import { sns } from '../clients.ts';

const timeoutMs = FIXED.providerTimeout;

export const push = () => createSnsPush({ client: sns(), timeoutMs });
