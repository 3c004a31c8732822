import { segments } from '../sms/segments.ts';
import { flatten, transliterate } from '../sms/transliterate.ts';
import { type Bundle, bundleAsks, countLine, type Headline, inOrder, listed } from './bundle.ts';
import { say, type Wording, wordingFor } from './wording.ts';

export interface SmsBundleOptions {
  /** On senders that can receive: whether `ACK ALL` may be texted back. */
  twoWay: boolean;
  /** On those that cannot: where to acknowledge all of it. */
  link?: string | undefined;
  wording?: Wording | undefined;
  /** When it was due, epoch ms, if it goes out too late. */
  late?: number | undefined;
  headline?: Headline | undefined;
}

const clean = (text: string): string => flatten(transliterate(text));

/**
 * Several pages in one text: `5 incidents: INC-1042 payments-api, INC-1043 checkout, +3 more - Reply ACK ALL`. As many
 * are named as one segment holds, the most urgent first; ids, services and the way to answer are never cut, so where not
 * one fits beside them the text takes a second segment, and where that is too little, names none.
 */
export function smsBundle(bundle: Bundle, options: SmsBundleOptions): string {
  const { wording = wordingFor('en'), late, headline } = options;
  const items = inOrder(bundle).map(({ incident }) => `${clean(incident.id)} ${clean(incident.service)}`);
  const head = clean(countLine(bundle, wording, headline));
  const since = late === undefined ? '' : ` (${new Date(late).toISOString().slice(11, 16)} UTC)`;
  const tail = `${since}${wayBack(bundle, options, wording)}`;
  const textOf = (count: number): string => {
    const [shown, more] = listed(items, count, wording);
    return `${head}: ${[...shown, ...(more === '' ? [] : [clean(more)])].join(', ')}${tail}`;
  };
  for (let count = items.length; count > 0; count--) {
    if (segments(textOf(count)).count === 1) return textOf(count);
  }
  return items.length > 0 && segments(textOf(1)).count <= 2 ? textOf(1) : `${head}${tail}`;
}

function wayBack(bundle: Bundle, { twoWay, link }: SmsBundleOptions, wording: Wording): string {
  if (!bundleAsks(bundle)) return '';
  if (twoWay) return ` - ${clean(say(wording, 'smsReply', { command: 'ACK ALL' }))}`;
  return link === undefined ? '' : ` - ${clean(say(wording, 'smsLink', { link: '' }))} ${link}`;
}
