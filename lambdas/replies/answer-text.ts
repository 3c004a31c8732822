import type { Clock } from '../core/clock.ts';
import { alreadyDone, confirmation, helpText, howToStop, nothingOpen, openList } from '../core/content/text-replies.ts';
import type { Wording } from '../core/content/wording.ts';
import type { AnswerAction } from '../core/page/answer.ts';
import type { Page } from '../core/page/page.ts';
import type { CodeStore, PageStore } from '../core/page/ports.ts';
import { isSamePhone } from '../core/recipient/phone.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import type { Answerer } from '../core/replies/answerer.ts';
import { type Command, isChatter, mentionsVerb, parseCommand } from '../core/replies/command.ts';
import { decideAnswer } from '../core/replies/decide.ts';
import { asksToStop } from '../core/replies/keywords.ts';
import type { InboundTexts } from '../core/replies/ports.ts';
import { FIXED } from '../core/rules.ts';
import type { AnswerIncidents } from '../use-cases/answer-incidents.ts';
import type { OptOut } from '../use-cases/opt-out.ts';

/** A text that somebody sent to one of our numbers. */
export interface InboundText {
  /** The provider's id of it: a second copy has the same. */
  id: string;
  /** E.164. */
  from: string;
  body: string;
  /** When it came to the provider, or to us, epoch ms: answers count from then. */
  cameAt: number;
  /** What the provider's own opt-out handling made of it, where it says so. */
  keyword?: 'stop' | 'start' | 'help';
  /** The reply is texted after this answer, by who asks for it, and is owed until then. */
  isReplyOwed?: true;
}

/** Takes note of a text that is answered by nothing and changes nothing, with the reason; the phone is not named. */
export type TellDropped = (why: string) => void;

interface Deps {
  pages: PageStore;
  codes: CodeStore;
  recipients: RecipientStore;
  inbound: InboundTexts;
  answerIncidents: AnswerIncidents;
  optOut: OptOut;
  dropped: TellDropped;
  /** The words for a recipient's language. */
  wording: (language: string | undefined) => Wording;
  clock: Clock;
}

type AnswerCommand = Extract<Command, { kind: 'answer' }>;

/** The provider answers these itself, as it does HELP. */
const OPTS: ReadonlySet<Command['kind']> = new Set(['stop', 'start']);
const UNCLEAR: AnswerCommand = { kind: 'answer', action: 'acknowledge', target: { which: 'unclear' } };

/**
 * A message with the time it was first seen at. Every copy of it answers with that time, and so finds its own answer.
 */
type Seen = InboundText & { at: number };

/**
 * Answers a text (docs/spec/replies.md#answering): what it means is decided in core, and only about pages sent to the
 * very phone it came from. Every text is remembered by its id, also those that nothing answers: whatever brings it
 * again, a webhook or the hourly sweep, neither acts nor counts a second time.
 * @returns what to text back; empty for silence: numbers we do not know, words the provider answers itself, texts of
 * which   nothing is understood after the first one in an hour, and everything once there were too many replies in it
 */
export function createAnswerText(deps: Deps) {
  const { pages, codes, recipients, inbound, answerIncidents, optOut, clock } = deps;

  return async function answerText(text: InboundText): Promise<string> {
    const { at, reply: before } = await inbound.begin(text.id, text.cameAt, clock.now() + FIXED.inboundMemory);
    // A STOP that comes again must not undo the START that came after it.
    if (before !== undefined) return before;
    const reply = await heed({ ...text, at });
    await inbound.finish(text.id, reply, reply !== '' && text.isReplyOwed === true);
    return reply;
  };

  /** Does what the text asks for. @returns what it is answered with, empty for silence */
  async function heed(text: Seen): Promise<string> {
    const command: Command = text.keyword ? { kind: text.keyword } : parseCommand(text.body);
    if (command.kind === 'help') return '';
    // Opting out and in is about the number: heeded for one that nobody has yet, too.
    if (command.kind === 'stop') await optOut.suppress(text.from, 'person', 'STOP', text.at);
    if (command.kind === 'start') await optOut.unsuppress(text.from, 'person', 'START', text.at);
    if (OPTS.has(command.kind)) return '';
    const people = await recipients.byPhone(text.from);
    if (people.length === 0) {
      deps.dropped('from a phone that nobody has');
      return '';
    }
    const wanted = await replyTo(command, text, people);
    const isHeard = wanted !== '' && (await inbound.mayReply(text.from, clock.now(), FIXED.repliesAnHour));
    return isHeard ? wanted : '';
  }

  async function replyTo(command: Command, text: Seen, people: Recipient[]): Promise<string> {
    // Who share a phone share its texts, so whoever is first decides how they are answered.
    const w = deps.wording(people[0]?.language);
    const replies: string[] = [];
    if (command.kind === 'answer') replies.push(await answerTo(command, text, people, w));
    // Whoever thinks to have answered is told otherwise, as if the text began with a verb that it does not act on.
    else if (mentionsVerb(text.body)) replies.push(await answerTo(UNCLEAR, text, people, w));
    // Whoever asks for an end is told how to have it, whatever else the text says (docs/spec/replies.md#opt-out-words).
    if (asksToStop(text.body)) replies.push(howToStop(w));
    return replies.length > 0 ? replies.join(' ') : help(text, helpText(w));
  }

  async function answerTo(
    { action, target }: AnswerCommand,
    text: Seen,
    people: Recipient[],
    w: Wording,
  ): Promise<string> {
    // A code is reserved before its page is known to be new, so one may point to a page that went to somebody else.
    const named = await pages.getMany(await codes.ofPhone(text.from));
    const known = named.filter(({ deliveries }) =>
      Object.values(deliveries).some(({ to }) => isSamePhone(to, text.from)),
    );
    const decision = decideAnswer(known, action, target, text.at);
    switch (decision.do) {
      case 'answer': {
        const { mine, others } = await answerIncidents(decision.incidents, action, (page) =>
          answererOf(page, text, people),
        );
        const taken = others.slice(0, 1).map((page) => alreadyDone(page, clock.now(), w));
        const done = mine.length === 0 && taken.length > 0 ? [] : [confirmation(action, mine, w)];
        return [...done, ...taken].join(' ');
      }
      case 'already':
        return isOurs(decision.page, action, text, people)
          ? confirmation(action, [decision.page], w)
          : alreadyDone(decision.page, clock.now(), w);
      case 'list':
        return openList(decision.incidents, action, w, decision.unknown);
      case 'nothing-open':
        return nothingOpen(decision.latest, clock.now(), w);
      case 'nonsense': {
        const words = decision.incidents.length > 0 ? openList(decision.incidents, action, w) : helpText(w);
        // `thx` alone is not half an answer; what has a verb or a code is, and is never met with silence.
        return target.which === 'code' && isChatter(target.code) ? help(text, words) : words;
      }
    }
  }

  /** Whether the answer that the page has is this text's, and not somebody else's or an earlier one's. */
  function isOurs(page: Page, action: AnswerAction, { at }: Seen, people: Recipient[]): boolean | undefined {
    const has = page.resolved ? action === 'resolve' && page.resolved : page.acknowledged;
    return has && has.at === at && has.via === 'sms' && people.some(({ name }) => name === has.by);
  }

  async function help({ from, id }: Seen, words: string): Promise<string> {
    return (await inbound.mayHelp(from, id, clock.now() + FIXED.helpInterval)) ? words : '';
  }
}

/** The recipient of the page, where the phone is theirs still; else whoever has the phone now. */
function answererOf(page: Page, text: Seen, people: readonly Recipient[]): Answerer {
  const person = people.find(({ id }) => id === page.recipientId) ?? people[0];
  const recipientId = person?.id ?? page.recipientId;
  return {
    answer: { at: text.at, by: person?.name ?? recipientId, via: 'sms' },
    recipientId,
    actor: `recipient/${recipientId}`,
    details: { via: 'sms', messageId: text.id },
  };
}
