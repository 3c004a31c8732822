import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand, type Target } from '../../../lambdas/core/replies/command.ts';

const ALPHABET = '23456789CFGHJKMPQRTVWX';
const only: Target = { which: 'only' };
const all: Target = { which: 'all' };
const code = (text: string, alone = false): Target => ({ which: 'code', code: text, alone });
const ack = (target: Target) => ({ kind: 'answer', action: 'acknowledge', target });
const resolve = (target: Target) => ({ kind: 'answer', action: 'resolve', target });

describe('what people text', () => {
  it.each([
    ['ACK', ack(only)],
    ['ack', ack(only)],
    ['  Ack!! ', ack(only)],
    ['acknowledged', ack(only)],
    ['acked', ack(only)],
    ['ACK\u00a0', ack(only)],
    ['\u200bACK\ufeff', ack(only)],
    ['ACK 👍🏽', ack(only)],
    ['ack 7k3', ack(code('7K3'))],
    ['ACK7K3', ack(code('7K3'))],
    ['ack  7 k 3.', ack(code('7K3'))],
    ['Ack: "7K3"', ack(code('7K3'))],
    ['ack #7k3', ack(code('7K3'))],
    ['7k3 ack', ack(code('7K3'))],
    ['Reply ACK 7K3', ack(code('7K3'))],
    ['7K3', ack(code('7K3', true))],
    ["'7K3'", ack(code('7K3', true))],
    ['7k3x', ack(code('7K3X', true))],
    ['ACK ALL', ack(all)],
    ['ackall', ack(all)],
    ['RESOLVE', resolve(only)],
    ['resolved 7K3', resolve(code('7K3'))],
    ['res 7k3', resolve(code('7K3'))],
    ['close 7k3', resolve(code('7K3'))],
    ['7K3 resolved', resolve(code('7K3'))],
    ['RESOLVE ALL', resolve(all)],
    // Behind the verb and the code there may be anything.
    ['Ack, on it', ack(only)],
    ['ack, on my way', ack(only)],
    ['ack i am driving', ack(only)],
    ['Acknowledged by Alice', ack(only)],
    ['ACK! back in 5', ack(only)],
    ['ack 10min', ack(only)],
    ['ack all good', ack(only)],
    ['ACK all clear, thanks', ack(only)],
    ['ACK 7K3 thanks', ack(code('7K3'))],
    ['ack: 7K3', ack(code('7K3'))],
    ['ack=7k3; looking', ack(code('7K3'))],
    ['"ACK 7K3" (on it)', ack(code('7K3'))],
    ['ack 7k3 and 9fg', ack(code('7K3'))],
    ['ACK7K3, thanks', ack(code('7K3'))],
    ['ack 7 k 3 thanks', ack(code('7K3'))],
    ['Reply ACK 7K3 - done', ack(code('7K3'))],
    ['ACK all!', ack(all)],
    ['ack ALL please', ack(all)],
    ['resolved 7k3, was DNS', resolve(code('7K3'))],
    ['Resolved. Root cause to follow', resolve(only)],
    ['close 7k3 now', resolve(code('7K3'))],
    // Only the first line is read.
    ['ACK 7K3\n-- \nAlice\nSent from my phone', ack(code('7K3'))],
    ['ACK\nJMH', ack(only)],
    ['ack\r\n7K3 is not meant', ack(only)],
    ['\n\n👍\nACK 7K3', ack(code('7K3'))],
    ['7K3\n-- \nAlice', ack(code('7K3', true))],
    ['ACK\u20287K3', ack(only)],
    // A code further behind is meant where it is one.
    ['Ack for 7K3', ack({ which: 'only', mentions: ['7K3'] })],
    ['ack on it, 7K3 and 9FG, at 7pm', ack({ which: 'only', mentions: ['7K3', '9FG'] })],
  ])('%j', (text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });

  it.each([
    '',
    '?',
    'what is this',
    'I am driving',
    'Liked “[CRITICAL] payments-api: High error rate. Incident #INC-1042 - Reply ACK 7K3”',
    '[CRITICAL] payments-api: High error rate. Incident #INC-1042 - Reply ACK 7K3',
    'please stop texting me',
    'please ack',
    'I will ack',
    'not acked yet',
    'no, ack 7K3 is wrong',
    'Re: ACK 7K3',
    'thanks, 7K3',
    'acknowledging nothing',
    'ackermann 7K3',
    'hello\nACK 7K3',
    'back',
    'hack 7k3',
    'all',
    '12',
    '7K3XW',
    'Ａ',
    '好的',
  ])('%j is nonsense', (text) => {
    expect(parseCommand(text)).toEqual({ kind: 'nonsense' });
  });

  it.each([
    'closed until Monday',
    'Res publica',
    'ack 7K3XW',
    'ack 1042',
    'ack INC-1042',
    'ack #inc-1042, on it',
    'ack all-hands',
    'ack ALL_SYSTEMS-1',
    'ack sev1',
  ])('%j names nothing that could be answered', (text) =>
    expect(parseCommand(text)).toMatchObject({ kind: 'answer', target: { which: 'unclear' } }),
  );
});

describe('characters that look like others', () => {
  it('are read as the one character of codes they look like', () => {
    expect(parseCommand('ack bsz')).toEqual(ack(code('852')));
    // А, С and К are Cyrillic here.
    expect(parseCommand('АСК 7К3')).toEqual(ack(code('7K3')));
    expect(parseCommand('Αck 7κ3')).toEqual(ack(code('7K3')));
    expect(parseCommand('ａｃｋ　７ｋ３')).toEqual(ack(code('7K3')));
  });

  it.each(['ack 0k3', 'ack 7ko', 'ack 1k3', 'ack 7ki', 'ack 7kl'])('%j is not guessed at', (text) => {
    expect(parseCommand(text)).toEqual(ack({ which: 'unclear' }));
  });
});

describe('for any text', () => {
  const codes = fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 3, maxLength: 4 });
  const blanks = fc.string({
    unit: fc.constantFrom(' ', '\u00a0', '\t', '\u2003', '\u200b', '.', '"', '’', '-', ':'),
  });
  const verbs = fc.constantFrom<[string, 'acknowledge' | 'resolve']>(
    ['ack', 'acknowledge'],
    ['Acked', 'acknowledge'],
    ['ACKNOWLEDGED', 'acknowledge'],
    ['resolve', 'resolve'],
    ['Resolved', 'resolve'],
  );
  /** What parts two words: at least one of these, and whatever follows. */
  const parted = fc.tuple(
    fc.constantFrom(' ', ', ', '. ', ': ', ' - ', '!', '\n', '\r\n'),
    fc.string({ unit: 'binary' }),
  );

  it('a verb and a code are found in every case, spacing and punctuation of a line that has nothing else', () => {
    fc.assert(
      fc.property(
        verbs,
        codes,
        fc.array(blanks, { minLength: 20, maxLength: 20 }),
        fc.boolean(),
        (verb, text, gaps, up) => {
          // Every sign of the code stands apart, or none does: `7K3 K` could be two things.
          const spaced = (letters: string, from: number) =>
            Array.from(
              letters,
              (char, i) => `${gaps[from + i] ?? ''}${up ? char.toUpperCase() : char.toLowerCase()}`,
            ).join('');
          for (const written of [spaced(text, 14), text.toLowerCase()]) {
            const command = parseCommand(`${spaced(verb[0], 0)}${gaps[13]}${written}${gaps[19]}`);
            expect(command).toMatchObject({ kind: 'answer', action: verb[1] });
          }
          expect(parseCommand(`${spaced(verb[0], 0)} ${text}`)).toEqual({
            kind: 'answer',
            action: verb[1],
            target: code(text),
          });
        },
      ),
    );
  });

  it('whatever stands behind a verb and its code changes nothing about what is answered', () => {
    fc.assert(
      fc.property(verbs, codes, parted, (verb, text, [gap, tail]) => {
        const { kind, action, target } = parseCommand(`${verb[0]} ${text}${gap}${tail}`) as Record<string, unknown>;
        expect({ kind, action, target }).toEqual({ kind: 'answer', action: verb[1], target: code(text) });
      }),
    );
  });

  it('a signature below a verb changes nothing about what is answered', () => {
    fc.assert(
      fc.property(verbs, fc.string({ unit: 'binary' }), (verb, below) => {
        expect(parseCommand(`${verb[0]}\n${below}`)).toMatchObject({ kind: 'answer', action: verb[1], target: only });
      }),
    );
  });

  it('a sentence that begins with anything but a verb or a code never answers', () => {
    const begins = fc.constantFrom(
      'please',
      'I will',
      'not',
      'Liked',
      'did you',
      'who should',
      'the',
      'Re:',
      'unable to',
    );
    fc.assert(
      fc.property(begins, verbs, fc.oneof(codes, fc.string({ unit: 'binary' })), (begin, [verb], tail) => {
        expect(parseCommand(`${begin} ${verb} ${tail}`).kind).toBe('nonsense');
      }),
    );
  });

  it('it never throws, and a code it finds is one that could exist', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), codes), (text) => {
        const command = parseCommand(text);
        if (command.kind !== 'answer' || command.target.which !== 'code') return;
        expect(command.target.code).toMatch(new RegExp(`^[${ALPHABET}]{3,4}$`));
      }),
    );
  });

  it('no code is ever taken for a word that stops, starts or helps, nor for a verb', () => {
    fc.assert(
      fc.property(codes, (text) => {
        expect(parseCommand(text)).toEqual(ack(code(text, true)));
      }),
    );
  });
});
