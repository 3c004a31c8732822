/** Event patterns as far as our rules use them: exact values, `prefix` and `exists`. Whatever else is met is refused. */
import * as z from 'zod';

const condition = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ exists: z.boolean() }),
]);
type Condition = z.output<typeof condition>;

export interface Pattern {
  [field: string]: Condition[] | Pattern;
}

export const patternSchema: z.ZodType<Pattern> = z.lazy(() =>
  z.record(z.string(), z.union([z.array(condition).min(1), patternSchema])),
);

/** Whether every field of the pattern finds what it wants in the event. A field that is a list has it if one element does. */
export function matches(pattern: Pattern, event: unknown): boolean {
  const fields = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
  return Object.entries(pattern).every(([name, wanted]) =>
    Array.isArray(wanted) ? wanted.some((one) => holds(one, fields[name])) : matches(wanted, fields[name]),
  );
}

function holds(wanted: Condition, value: unknown): boolean {
  if (typeof wanted === 'object' && wanted !== null && 'exists' in wanted) {
    return wanted.exists === (value !== undefined);
  }
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (typeof wanted === 'object' && wanted !== null) {
    return values.some((one) => typeof one === 'string' && one.startsWith(wanted.prefix));
  }
  return values.includes(wanted);
}
