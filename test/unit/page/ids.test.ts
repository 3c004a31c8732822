import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INCIDENT_ID_LENGTH, madeIncidentId } from '../../../lambdas/core/page/ids.ts';

const HEAD = 'lifeline-texts-';
const made = (name: string, tail?: string) => madeIncidentId(HEAD, name, tail);

test('a name that fits stands in the id as it is', () => {
  expect(made('usr_alice')).toBe('lifeline-texts-usr_alice');
  expect(made('a'.repeat(49))).toBe(HEAD + 'a'.repeat(49));
  expect(made('alice.b+c@example.com', '-7')).toBe('lifeline-texts-alice.b+c@example.com-7');
});

test('a name that is too long keeps its beginning and takes up all the room', () => {
  const id = made('a'.repeat(50));
  expect(id).toMatch(/^lifeline-texts-a{32}-[a-z2-7]{16}$/);
  expect(id).toHaveLength(INCIDENT_ID_LENGTH);
});

test('nobody can choose a name whose id is that of a shortened one', () => {
  const id = made('a'.repeat(64));
  const chosen = id.slice(HEAD.length);
  expect(made(chosen)).not.toBe(id);
});

test('names that differ make ids that differ, whatever they have in common', () => {
  const character = fc.constantFrom(...'abZ09_.@+-é 😀');
  const rest = fc.array(character, { maxLength: 30 }).map((all) => all.join(''));
  const start = fc.array(character, { maxLength: 64 }).map((all) => all.join(''));
  fc.assert(
    fc.property(start, rest, rest, (common, one, other) => {
      fc.pre(one !== other);
      const [a, b] = [made(common + one), made(common + other)];
      expect(a).not.toBe(b);
      for (const id of [a, b]) expect(id.length).toBeLessThanOrEqual(INCIDENT_ID_LENGTH);
    }),
  );
});
