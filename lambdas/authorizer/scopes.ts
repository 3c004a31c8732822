const SEND = 'lifeline/send';
const READ = 'lifeline/read';
const RECIPIENTS = 'lifeline/recipients';
const ADMIN = 'lifeline/admin';
const KNOWN = [SEND, READ, RECIPIENTS, ADMIN];

/** What people may do by their groups (docs/spec/api.md#auth). Scopes belong to the client, groups to the person. */
const OF_GROUP: Record<string, string[]> = {
  SuperAdmin: KNOWN,
  Operator: [SEND, READ, RECIPIENTS],
  Reader: [READ],
};

/** Our scopes in a token's claims: those it carries and those of its groups, in a fixed order. */
export function scopesOf(claims: Record<string, unknown>): string[] {
  const carried = [claims.scope, claims.scp].flatMap((claim) =>
    texts(typeof claim === 'string' ? claim.split(' ') : claim),
  );
  const groups = [claims['cognito:groups'], claims.groups].flatMap(texts);
  const all = new Set([
    ...carried,
    ...groups.flatMap((group) => (Object.hasOwn(OF_GROUP, group) ? (OF_GROUP[group] ?? []) : [])),
  ]);
  return KNOWN.filter((scope) => all.has(scope));
}

const texts = (claim: unknown): string[] =>
  Array.isArray(claim) ? claim.filter((item): item is string => typeof item === 'string') : [];
