/**
 * Who speaks which language: Amazon Polly's voices, which both legs offer, so that people know the voice at night
 * whichever of them calls. https://docs.aws.amazon.com/polly/latest/dg/available-voices.html
 */
interface Voice {
  name: 'Joanna' | 'Vicki' | 'Lupe' | 'Lea' | 'Bianca' | 'Lotte' | 'Camila' | 'Mizuki';
  /** In Twilio's and Polly's spelling. */
  language: string;
}

const ENGLISH: Voice = { name: 'Joanna', language: 'en-US' };
const VOICES: Readonly<Record<string, Voice>> = {
  de: { name: 'Vicki', language: 'de-DE' },
  es: { name: 'Lupe', language: 'es-US' },
  fr: { name: 'Lea', language: 'fr-FR' },
  it: { name: 'Bianca', language: 'it-IT' },
  ja: { name: 'Mizuki', language: 'ja-JP' },
  nl: { name: 'Lotte', language: 'nl-NL' },
  pt: { name: 'Camila', language: 'pt-BR' },
};

/** @param language BCP 47, of the text that is spoken; what nobody here speaks is read by the English voice */
export function voiceFor(language: string | undefined): Voice {
  const [base = ''] = (language ?? '').toLowerCase().split(/[-_]/);
  return (Object.hasOwn(VOICES, base) ? VOICES[base] : undefined) ?? ENGLISH;
}
