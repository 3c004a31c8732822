import type { OperationId } from './api.gen.ts';

/** Who calls, as the authorizer says. Without a token (health, webhooks) `ANONYMOUS`. */
export interface Caller {
  clientId: string;
  subject: string;
  /** For people: what to call them. */
  name?: string;
  scopes: string[];
  sourceIp?: string;
}

export const ANONYMOUS: Caller = { clientId: 'anonymous', subject: 'anonymous', scopes: [] };

/** A request as handlers see it: decoded, parsed, within its limits, and allowed to be here. */
export interface ApiRequest {
  operation: OperationId;
  /** Path parameters, percent-decoded. */
  params: Record<string, string>;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Parsed JSON, `undefined` without a body; for webhooks the `Form`. */
  body: unknown;
  rawBody: string;
  caller: Caller;
}

/** A form body. A parameter that was given more than once is a list. */
export type Form = Record<string, string | string[]>;

export interface ApiResponse {
  status: number;
  /** Becomes JSON; absent for an answer without content, or with `content`. */
  body?: unknown;
  /** What is not JSON: a page, TwiML. `type` is a media type of text, without charset. */
  content?: { type: string; text: string };
  headers?: Record<string, string>;
}

/** Answers, or throws a `Problem`. */
export type Handler = (request: ApiRequest) => Promise<ApiResponse>;

/** What API Gateway takes from a Lambda, as far as we use it. */
export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}
