/** A rule as its template declares it. */
import * as z from 'zod';
import type { Resolve } from '../template/resolver.ts';
import { ignored, shaped } from '../template/shape.ts';
import type { Resource } from '../template/template.ts';
import { type Pattern, patternSchema } from './pattern.ts';

const ruleSchema = z.strictObject({
  Name: ignored,
  Description: ignored,
  EventBusName: z.string().default('default'),
  EventPattern: patternSchema,
  // One that is off for the sake of the bill is on here: where webhooks go is a setting of the run, and not of the template.
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  Targets: z
    .array(
      z.strictObject({
        Id: ignored,
        Arn: z.string().regex(/^arn:aws:(sqs|lambda):/, 'only queues and functions are known as targets'),
        // What a target does not take is tried again, and then refused to whoever put the event.
        DeadLetterConfig: ignored,
        RetryPolicy: ignored,
      }),
    )
    .min(1),
});

export interface RuleSpec {
  bus: string;
  pattern: Pattern;
  /** ARNs of queues and functions. */
  targets: string[];
}

/** The rule a resource declares. */
export function ruleSpec(resource: Resource, resolve: Resolve): RuleSpec {
  const { EventBusName, EventPattern, Targets } = shaped(resource, resolve, ruleSchema);
  // By name or by ARN.
  const bus = EventBusName.split('/').at(-1) ?? '';
  return { bus, pattern: EventPattern, targets: Targets.map(({ Arn }) => Arn) };
}
