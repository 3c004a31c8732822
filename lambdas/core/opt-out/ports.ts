/** What opting out needs of the world. Times are epoch milliseconds. */
import type { Provider } from '../page/page.ts';
import type { Recipient } from '../recipient/recipient.ts';

/** Who says that somebody opted out or in: the person by text, or a provider by a code. */
export type OptOutSource = 'person' | Provider;
export type OptOutChange = 'suppressed' | 'unsuppressed';

/** Why no text may go to a number. */
export interface Stop {
  at: number;
  from: OptOutSource;
  /** What was said: the word texted, or the provider's code. */
  code: string;
}

/** Numbers whose owner said STOP, whoever they belong to in our records. */
export interface OptOutStore {
  has(phone: string): Promise<boolean>;
  /** Undefined where nobody has said STOP. */
  get(phone: string): Promise<Stop | undefined>;
  add(phone: string, stop: Stop): Promise<void>;
  remove(phone: string): Promise<void>;
  /** Notes that the person said START then, epoch ms: a STOP from before that is found later means nothing any more. */
  start(phone: string, at: number): Promise<void>;
  /** When the person said START last, epoch ms; undefined where that was long ago or never. */
  startedAt(phone: string): Promise<number | undefined>;
  /** Notes that whoever has the number is being told of this change; a later one takes its place. */
  begin(phone: string, change: OptOutChange, at: number): Promise<void>;
  /** The change that not everybody may have been told of, because whoever began has not come to the end. */
  untold(phone: string): Promise<OptOutChange | undefined>;
  /** Everybody has been told. */
  finish(phone: string, at: number): Promise<void>;
}

/** Tells a person on their other channels that texts stopped or go on, and operations by a count. */
export interface OptOutNotifier {
  tell(recipient: Recipient, change: OptOutChange, from: OptOutSource): Promise<void>;
}
