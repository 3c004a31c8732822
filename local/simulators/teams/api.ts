/**
 * Webhooks of Teams workflows, with every way they can misbehave (docs/spec/local-run.md#simulators). As over there,
 * 202 says that a workflow was started; a card that Teams would not post is taken all the same, and listed with what is
 * wrong with it.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { maskAnyPhones } from '../../../lambdas/core/recipient/mask.ts';
import { methodNotAllowed, readBody, send, sendJson } from '../../cloud/http.ts';
import { answerAs } from '../answer-as.ts';
import type { Check, Mode, ModeSwitch } from '../modes.ts';
import { cardOf, parseEnvelope } from './card.ts';
import type { Flows } from './flows.ts';
import type { Posts } from './posts.ts';

interface Options {
  posts: Posts;
  flows: Flows;
  modes: ModeSwitch;
  log: (line: string) => void;
  stopping: AbortSignal;
}

interface Answer {
  status: number;
  body: object | undefined;
  headers: Record<string, string>;
}

/** Code of the Logic Apps service → HTTP status and words. */
const ERRORS: Record<string, readonly [status: number, message: string]> = {
  DirectApiAuthorizationRequired: [401, 'The request must be authenticated only by Shared Access scheme.'],
  InternalServerError: [500, 'Encountered internal server error.'],
  InvalidRequestContent: [400, 'The request content is not valid and could not be deserialized.'],
  RequestEntityTooLarge: [413, 'The request entity is too large.'],
  TooManyRequests: [429, 'The number of requests for the workflow has exceeded the maximum.'],
  WorkflowNotFound: [404, 'The workflow could not be found.'],
  WorkflowTriggerIsNotEnabled: [400, "Could not execute workflow trigger 'manual' with state 'Disabled'."],
};

export const teamsErrorCode: Check = (v) =>
  typeof v === 'string' && Object.hasOwn(ERRORS, v) ? undefined : `must be one of ${Object.keys(ERRORS).join(', ')}`;

/**
 * The path of trigger URLs on `logic.azure.com`, which stopped in November 2025; those on Power Platform have a prefix.
 * The host is not seen here, so flows of Azure Logic Apps proper, which live there still, look the same and are refused
 * too.
 */
const RETIRED = /^\/workflows\//;

export class TeamsApi {
  private readonly o: Options;
  constructor(options: Options) {
    this.o = options;
  }

  /** A call of the webhook `path`: any, since each workflow has its own. PUT is its owner, who switches it on again. */
  async handle(req: IncomingMessage, res: ServerResponse, path: string, query: URLSearchParams): Promise<void> {
    if (req.method === 'PUT') {
      this.o.flows.turnOn(path);
      return sendJson(res, 200, { on: true });
    }
    if (req.method !== 'POST') throw methodNotAllowed('POST, PUT');
    const body = await readBody(req);
    const mode = this.o.modes.next();
    if (mode.mode === 'reset') return void req.socket.destroy();
    const { status, body: json, headers } = refusal(mode) ?? this.take(body, path, query, mode);
    await answerAs(mode, req, res, this.o.stopping, () =>
      json === undefined
        ? send(res, status, 'application/json; charset=utf-8', '', headers)
        : sendJson(res, status, json, headers),
    );
  }

  private take(body: string, path: string, query: URLSearchParams, mode: Mode): Answer {
    // The webhooks of this machine (`/simulators/teams/alice`) need no signature; those of a workflow's shape do.
    const isSigned = (query.get('sig') ?? '') !== '' || !/\/workflows\//.test(path);
    if (!isSigned) return error('DirectApiAuthorizationRequired');
    if (RETIRED.test(path)) return error('WorkflowNotFound');
    if (!this.o.flows.trigger(path)) return error('WorkflowTriggerIsNotEnabled');
    const envelope = parseEnvelope(body);
    if (!envelope) return error('InvalidRequestContent');
    if (mode.mode === 'ok' && mode.errorCode) return error(String(mode.errorCode));
    const { card = {}, problem } =
      mode.mode === 'undelivered'
        ? { ...cardOf(envelope, 0), problem: 'the workflow failed' }
        : cardOf(envelope, Buffer.byteLength(body));
    // Shaped like the service's: digits, `CU`, and a region.
    const id = `0858${BigInt(`0x${randomBytes(12).toString('hex')}`)}CU00`;
    const post = { id, at: new Date().toISOString(), webhook: path, card, ...(problem !== undefined && { problem }) };
    this.o.posts.add(post);
    this.o.log(`▤ teams  ${maskAnyPhones(firstText(card) || 'a card')}${problem ? ` (not posted: ${problem})` : ''}`);
    return { status: 202, body: undefined, headers: { 'x-ms-workflow-run-id': id } };
  }
}

function firstText(card: object): string {
  const [first] = (card as { body?: { text?: unknown }[] }).body ?? [];
  return String(first?.text ?? '').replace(/\s+/g, ' ');
}

function error(code: string): Answer {
  const [status, message] = ERRORS[code] ?? [400, 'Refused'];
  const headers: Record<string, string> = status === 429 ? { 'Retry-After': '10' } : {};
  return { status, body: { error: { code, message } }, headers };
}

/** Modes in which the service answers before it looks at the request. */
function refusal(mode: Mode): Answer | undefined {
  const code = mode.errorCode === undefined ? undefined : String(mode.errorCode);
  if (mode.mode === 'unauthorized') return error(code ?? 'DirectApiAuthorizationRequired');
  if (mode.mode === 'suspended') return error(code ?? 'WorkflowTriggerIsNotEnabled');
  if (mode.mode === 'rate-limited') return error(code ?? 'TooManyRequests');
  // 503 by `answerAs`; nothing is taken.
  if (mode.mode === 'down') return error('InternalServerError');
  return undefined;
}
