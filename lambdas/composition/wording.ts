import type { WordingOverrides } from '../core/content/wording.ts';

/** Put into the bundle at deploy time (lib/constructs/fn.ts): a deployment's own words by language. */
declare const LIFELINE_WORDING: WordingOverrides | undefined;

export const deployedWording = (): WordingOverrides =>
  typeof LIFELINE_WORDING === 'undefined' ? {} : LIFELINE_WORDING;
