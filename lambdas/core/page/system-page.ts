import type { Page } from './page.ts';

/** Who sends the pages that alerts and news of opt-outs are made of. */
export const SYSTEM_CLIENT = 'lifeline-operations';

/**
 * A page that tells operations of a failure, or a person of an opt-out. Its own failure is never told to anybody again:
 * alerts would otherwise breed alerts for as long as the cause lasts (docs/spec/delivery.md#exhausted-attempts).
 */
export const isSystemPage = ({ clientId }: Pick<Page, 'clientId'>): boolean => clientId === SYSTEM_CLIENT;
