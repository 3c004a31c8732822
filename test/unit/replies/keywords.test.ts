import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mentionsVerb, parseCommand } from '../../../lambdas/core/replies/command.ts';
import { asksToStop, OPT_IN_WORDS, OPT_OUT_WORDS } from '../../../lambdas/core/replies/keywords.ts';

const ALPHABET = '23456789CFGHJKMPQRTVWX';

describe('a message that is a keyword and nothing else', () => {
  it.each([
    // Twilio, English and French, and AWS.
    ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
    ...['ARRET', 'ARRETE', 'ARRETT', 'OPT-OUT', 'REMOVE', 'TD'],
    ...[
      'stop',
      'Stop.',
      ' Stop! ',
      '"STOP"',
      'STOP ALL',
      'opt out',
      'Arrêt',
      'ARRÊT',
      'arrête',
      'arrêté',
      'Arre\u0302t',
    ],
    ...['S\u0422OP', 'ＳＴＯＰ', 'stop\n', '\u200bSTOP\ufeff', 'STOP 🛑', '«Arrêt»', 'td.'],
  ])('%j opts out', (text) => expect(parseCommand(text)).toEqual({ kind: 'stop' }));

  it.each(['START', 'yes', 'Unstop', 'start.', ' YES! '])('%j opts in', (text) =>
    expect(parseCommand(text)).toEqual({ kind: 'start' }),
  );

  it.each(['HELP', 'info', 'help?'])('%j asks for help', (text) =>
    expect(parseCommand(text)).toEqual({ kind: 'help' }),
  );

  it('a keyword opts out or in whatever its case and the punctuation around it', () => {
    const around = fc.string({ unit: fc.constantFrom(' ', '.', '!', '"', '\n', '’', '-', '\u00a0', '…') });
    const cased = (word: string, ups: boolean[]) =>
      Array.from(word, (char, i) => (ups[i] ? char.toUpperCase() : char.toLowerCase())).join('');
    fc.assert(
      fc.property(
        fc.constantFrom(...OPT_OUT_WORDS, ...OPT_IN_WORDS),
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        around,
        around,
        (word, ups, before, after) => {
          const isOut = OPT_OUT_WORDS.some((one) => one === word);
          expect(parseCommand(`${before}${cased(word, ups)}${after}`)).toEqual({ kind: isOut ? 'stop' : 'start' });
        },
      ),
    );
  });

  it('no keyword is a verb, a code, or both', () => {
    const codes = fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 3, maxLength: 4 });
    fc.assert(
      fc.property(codes, fc.constantFrom('', 'ack ', 'resolve ', 'acked '), (code, verb) => {
        expect(parseCommand(`${verb}${code}`).kind).toBe('answer');
      }),
    );
    for (const verb of [
      'ack',
      'acked',
      'acknowledge',
      'acknowledged',
      'resolve',
      'resolved',
      'res',
      'close',
      'closed',
    ]) {
      expect(parseCommand(verb).kind).toBe('answer');
    }
  });
});

describe('a message with a word in it that ends texts', () => {
  it.each([
    'please stop texting me',
    'STOP PLEASE',
    'Stop\n-- \nAlice',
    'I want to opt out of this',
    'opt-out please',
    'unsubscribe me!',
    'Arrêt s’il vous plaît',
    'merci d’arrêter: arrête',
    'can you end this?',
    'bitte abmelden',
    'Stopp',
    'ya no quiero, baja',
  ])('%j answers nothing and asks for an end', (text) => {
    expect(parseCommand(text)).toEqual({ kind: 'nonsense' });
    expect(asksToStop(text)).toBe(true);
  });

  it.each(['ack, and stop texting me', 'ACK 7K3\nstop', 'Resolved, please unsubscribe me'])(
    '%j answers, and asks for an end too',
    (text) => {
      expect(parseCommand(text).kind).toBe('answer');
      expect(asksToStop(text)).toBe(true);
    },
  );

  it.each(['nonstop', 'backend is down', 'weekend', 'stopped', 'endless', 'I am driving'])('%j does not', (text) =>
    expect(asksToStop(text)).toBe(false),
  );

  it('a word that ends texts is found wherever it stands', () => {
    const words = fc.array(fc.constantFrom<string>('hello', 'I', 'am', 'busy', 'please', 'now', 'the', '12'), {
      minLength: 1,
    });
    fc.assert(
      fc.property(fc.constantFrom(...OPT_OUT_WORDS), words, fc.nat(), (word, others, at) => {
        const text = others.toSpliced(at % (others.length + 1), 0, word).join(' ');
        expect(parseCommand(text)).toEqual({ kind: 'nonsense' });
        expect(asksToStop(text)).toBe(true);
      }),
    );
  });
});

describe('a message that is no answer', () => {
  it.each(['please ack', 'I will ack it', 'not acked', 'Liked “… Reply ACK 7K3”', 'hello\nresolved'])(
    '%j speaks of answering',
    (text) => {
      expect(parseCommand(text)).toEqual({ kind: 'nonsense' });
      expect(mentionsVerb(text)).toBe(true);
    },
  );

  it.each(['hello', 'we are closed', 'back', 'research', 'acknowledging'])('%j does not speak of answering', (text) =>
    expect(mentionsVerb(text)).toBe(false),
  );
});
