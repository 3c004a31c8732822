const REGION =
  /^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)\//i;

/** Names of the IANA database without a region that name a place, or UTC. The others are abbreviations and offsets. */
const PLACES = new Set(
  [
    ...['Cuba', 'Egypt', 'Eire', 'GB', 'GB-Eire', 'Hongkong', 'Iceland', 'Iran', 'Israel', 'Jamaica', 'Japan'],
    ...['Kwajalein', 'Libya', 'Navajo', 'NZ', 'NZ-CHAT', 'Poland', 'Portugal', 'PRC', 'ROC', 'ROK', 'Singapore'],
    ...['Turkey', 'W-SU', 'Greenwich', 'Universal', 'UTC', 'Zulu'],
  ].map((name) => name.toLowerCase()),
);

/**
 * Why a text is no time zone for a recipient, or undefined for one that is (docs/spec/api.md#recipients: an IANA name;
 * abbreviations are refused). JavaScript itself takes more: `BST` is Dhaka there and London for whoever writes it, and
 * `CET` is a name of the IANA database that most people mean in winter only (ADR 14). Names count whatever the case of
 * their letters.
 */
export function timeZoneRefusal(name: string): string | undefined {
  if (isNamed(name) && isKnown(name)) return undefined;
  if (/^((UTC|GMT)?[+-]\d|GMT0$)/i.test(name)) {
    return 'must not be an offset, which knows no summer time: name a place of the IANA database like Europe/Berlin, or UTC';
  }
  if (/^[A-Z]{2,5}(\d[A-Z]{3,4})?$/i.test(name)) {
    return 'must not be an abbreviation, which means other times elsewhere: name a place of the IANA database like Europe/London, or UTC';
  }
  return 'must be a name of the IANA time zone database like Europe/Berlin, or UTC';
}

const isNamed = (name: string): boolean => REGION.test(name) || PLACES.has(name.toLowerCase());

function isKnown(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
