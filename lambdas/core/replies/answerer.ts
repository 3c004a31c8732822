import type { AuditEntry } from '../audit/ports.ts';
import type { Answer } from '../page/page.ts';
import type { AnswerMessage } from './ports.ts';

/** Who answers, by which way, and what the audit keeps of it. Every way of answering makes one of these. */
export interface Answerer {
  /** What the page says of it. */
  answer: Answer;
  /**
   * The id of the recipient who answers; undefined where that is not known. The others who were paged are told, this one
   * is not. An id that is no recipient's, such as the subject of a machine's token, keeps the news from no one.
   */
  recipientId?: string;
  /** `recipient/usr_alice`, `slack/U0ALICE`, `<client>/<subject>`. */
  actor: string;
  /** Source address, where known. */
  from?: string;
  /** What the audit keeps beside the name: the way, and ids of the provider. */
  details: Readonly<Record<string, string>>;
}

/**
 * Whether this recipient is known to be who answered: by id, which the API may give as the name too. The name itself is
 * compared where the recipient's record is at hand.
 */
export const isOwnAnswer = (
  recipientId: string,
  { answeredBy, by }: Pick<AnswerMessage, 'answeredBy' | 'by'>,
): boolean => recipientId === answeredBy || recipientId === by;

/** The audit entry for what was answered. */
export function auditOf(
  answerer: Answerer,
  resource: AuditEntry['resource'],
  action: AuditEntry['action'],
): AuditEntry {
  const { answer, actor, from, details } = answerer;
  return {
    at: answer.at,
    resource,
    action,
    actor,
    ...(from !== undefined && { from }),
    details: { by: answer.by, ...details },
  };
}
