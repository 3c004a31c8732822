/**
 * How callback URLs for a ref are made.
 * @param base what they begin with; empty where the provider cannot reach us: then none is asked for, a text that was
 * accepted counts as one that got through (core/escalation/activations.ts), a call only speaks, and the page ends SENT
 */
export const callbackUrl =
  (base: string, path: string) =>
  (ref: string): string | undefined =>
    base === '' ? undefined : `${base}${path}/${ref}`;
