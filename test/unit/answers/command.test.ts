import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand, type Target } from '../../../lambdas/core/answers/command.ts';

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
  ])('%j', (text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });

  it.each([
    'STOP',
    'stop',
    'Stop.',
    'STOP ALL',
    'stopall',
    'UNSUBSCRIBE',
    'cancel',
    'End',
    'QUIT',
    'revoke',
    'opt out',
    'OPT-OUT',
  ])('%j stops', (text) => expect(parseCommand(text)).toEqual({ kind: 'stop' }));
  it.each(['START', 'yes', 'Unstop'])('%j starts', (text) => expect(parseCommand(text)).toEqual({ kind: 'start' }));
  it.each(['HELP', 'info', 'help?'])('%j asks for help', (text) =>
    expect(parseCommand(text)).toEqual({ kind: 'help' }),
  );

  it.each([
    '',
    '?',
    'what is this',
    'I am driving',
    'Liked “[CRITICAL] payments-api: High error rate. Incident #INC-1042 - Reply ACK 7K3”',
    '[CRITICAL] payments-api: High error rate. Incident #INC-1042 - Reply ACK 7K3',
    'please stop texting me',
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

  it.each(['ack, on my way', 'ack 7k3 and 9fg', 'ack i', 'closed until Monday', 'ack 7K3XW'])(
    '%j names nothing that could be answered',
    (text) => expect(parseCommand(text)).toMatchObject({ kind: 'answer', target: { which: 'unclear' } }),
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
    unit: fc.constantFrom(' ', '\u00a0', '\t', '\n', '\u2003', '\u200b', '.', '"', '’', '-', ':'),
  });

  it('a verb and a code are found in every case, spacing and punctuation', () => {
    const verbs = fc.constantFrom<[string, 'acknowledge' | 'resolve']>(['ack', 'acknowledge'], ['resolve', 'resolve']);
    fc.assert(
      fc.property(
        verbs,
        codes,
        fc.array(blanks, { minLength: 12, maxLength: 12 }),
        fc.boolean(),
        (verb, text, gaps, up) => {
          const letters = [...verb[0], ...text];
          const spaced = letters
            .map((char, i) => `${gaps[i] ?? ''}${up ? char.toUpperCase() : char.toLowerCase()}`)
            .join('');
          expect(parseCommand(`${spaced}${gaps[11]}`)).toEqual({ kind: 'answer', action: verb[1], target: code(text) });
        },
      ),
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
