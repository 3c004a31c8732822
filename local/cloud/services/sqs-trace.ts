/**
 * The trace header of whoever sends a message, which SQS keeps as the message's system attribute `AWSTraceHeader`. fauxqs
 * knows no such attribute, so the header rests among the message's own attributes, where fauxqs keeps it over restarts and
 * redrives, and is moved to its place in what is received.
 */
import * as z from 'zod';

const TRACE_HEADER = 'AWSTraceHeader';

const stringValue = z.object({ StringValue: z.string() });
const sentSchema = z.looseObject({
  MessageSystemAttributes: z.looseObject({ [TRACE_HEADER]: stringValue.optional() }).optional(),
  MessageAttributes: z.record(z.string(), z.unknown()).optional(),
});
const batchSchema = z.looseObject({ Entries: z.array(sentSchema) });
const askedSchema = z.looseObject({
  AttributeNames: z.array(z.string()).default([]),
  MessageSystemAttributeNames: z.array(z.string()).default([]),
  MessageAttributeNames: z.array(z.string()).default([]),
});
const receivedSchema = z.looseObject({
  Attributes: z.record(z.string(), z.string()).optional(),
  MessageAttributes: z.looseObject({ [TRACE_HEADER]: stringValue.optional() }).optional(),
  MD5OfMessageAttributes: z.string().optional(),
});
type Received = z.output<typeof receivedSchema>;
const answerSchema = z.looseObject({ Messages: z.array(receivedSchema).optional() });

interface Request {
  headers: Record<string, unknown>;
  body: unknown;
}

/** What is needed of fauxqs's server, whose types are not among our dependencies. */
interface Server {
  addHook(name: 'preHandler', hook: (request: Request) => Promise<void>): unknown;
  addHook(
    name: 'preSerialization',
    hook: (request: Request, reply: unknown, payload: unknown) => Promise<unknown>,
  ): unknown;
}

/** Makes the server keep trace headers and give them back. Before it listens. */
export function keepTraceHeaders(app: Server): void {
  app.addHook('preHandler', async (request) => {
    const header = request.headers['x-amzn-trace-id'];
    const keep = (message: z.output<typeof sentSchema>) => {
      const traced = message.MessageSystemAttributes?.[TRACE_HEADER]?.StringValue ?? header;
      if (typeof traced !== 'string') return message;
      const attribute = { DataType: 'String', StringValue: traced };
      return { ...message, MessageAttributes: { ...message.MessageAttributes, [TRACE_HEADER]: attribute } };
    };
    switch (actionOf(request.headers)) {
      case 'SendMessage': {
        const { data } = sentSchema.safeParse(request.body);
        if (data) request.body = keep(data);
        break;
      }
      case 'SendMessageBatch': {
        const { data } = batchSchema.safeParse(request.body);
        if (data) request.body = { ...data, Entries: data.Entries.map(keep) };
        break;
      }
      case 'ReceiveMessage': {
        const { data } = askedSchema.safeParse(request.body);
        // Without names fauxqs gives all; with some it would leave this one out.
        if (data && data.MessageAttributeNames.length > 0) {
          request.body = { ...data, MessageAttributeNames: [...data.MessageAttributeNames, TRACE_HEADER] };
        }
      }
    }
  });

  app.addHook('preSerialization', async (request, _reply, payload) => {
    if (actionOf(request.headers) !== 'ReceiveMessage') return payload;
    const { data: asked } = askedSchema.safeParse(request.body);
    const { data: answer } = answerSchema.safeParse(payload);
    if (!asked || !answer?.Messages) return payload;
    const named = [...asked.AttributeNames, ...asked.MessageSystemAttributeNames];
    const isAsked = named.includes('All') || named.includes(TRACE_HEADER);
    return { ...answer, Messages: answer.Messages.map((message) => inItsPlace(message, isAsked)) };
  });
}

function inItsPlace(message: Received, isAsked: boolean): Received {
  const { [TRACE_HEADER]: traced, ...own } = message.MessageAttributes ?? {};
  if (!traced) return message;
  // The digest was made with the header in it.
  const { MessageAttributes: _, MD5OfMessageAttributes: __, ...rest } = message;
  return {
    ...rest,
    ...(Object.keys(own).length > 0 && { MessageAttributes: own }),
    ...(isAsked && { Attributes: { ...message.Attributes, [TRACE_HEADER]: traced.StringValue } }),
  };
}

const actionOf = (headers: Record<string, unknown>): string =>
  String(headers['x-amz-target'] ?? '').replace(/^AmazonSQS\./, '');
