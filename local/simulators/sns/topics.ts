/** Topics: what was published to those that the templates declare. Its subscribers would have it by mail, or a call. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { maskAnyPhones } from '../../../lambdas/core/recipient/mask.ts';
import { methodNotAllowed, notFound, sendJson } from '../../cloud/http.ts';
import type { Store } from '../store.ts';
import { type SnsAnswer, snsError, snsResult } from './errors.ts';

export interface Published {
  id: string;
  at: string;
  topic: string;
  subject: string;
  body: string;
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS topicMessages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, message TEXT NOT NULL);`;

/** SNS takes this much. */
const MAX_BYTES = 262_144;
const ARN = /^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/;

/** Kept over restarts. */
export class Topics {
  private readonly store: Store;
  private readonly declared: (arn: string) => boolean;
  private readonly log: (line: string) => void;

  /** `declared` says which topics there are; one line is logged for each message. */
  constructor(store: Store, declared: (arn: string) => boolean, log: (line: string) => void) {
    this.store = store;
    this.declared = declared;
    this.log = log;
    store.db.exec(SCHEMA);
  }

  /** Whatever mode texts are in: topics have nothing to do with carriers. */
  publish(form: URLSearchParams): SnsAnswer {
    const wrong = (about: string) => snsError('InvalidParameter', about);
    const [arn, body] = [form.get('TopicArn') ?? '', form.get('Message') ?? ''];
    const subject = form.get('Subject') ?? '';
    if (!ARN.test(arn)) return wrong('TopicArn');
    if (!this.declared(arn)) return snsError('NotFound');
    if (body === '') return wrong('Empty message');
    if (Buffer.byteLength(body) > MAX_BYTES) return wrong('Message too long');
    if (form.has('Subject') && !/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) return wrong('Subject');
    const topic = arn.slice(arn.lastIndexOf(':') + 1);
    const message: Published = { id: randomUUID(), at: new Date().toISOString(), topic, subject, body };
    this.store.db.prepare('INSERT INTO topicMessages (message) VALUES (?)').run(JSON.stringify(message));
    this.log(`✉ operations  ${maskAnyPhones(subject)}`);
    return snsResult('Publish', `<MessageId>${message.id}</MessageId>`);
  }

  /** Oldest first. */
  list(): Published[] {
    const rows = this.store.db.prepare('SELECT message FROM topicMessages ORDER BY seq').all();
    return rows.map(({ message }) => JSON.parse(String(message)) as Published);
  }

  /** `/simulators/operations`: what operations would have got. */
  handle(req: IncomingMessage, res: ServerResponse, rest: string[]): void {
    if (rest.some((part) => part !== '')) throw notFound('No such page.');
    if (req.method !== 'GET') throw methodNotAllowed('GET');
    sendJson(res, 200, { items: this.list() });
  }
}
