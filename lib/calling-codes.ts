import { type CountryCode, getCountryCallingCode } from 'libphonenumber-js/min';

/** The calling codes of countries, each once and in order, as a comma list: `US,CA,GB` is `1,44`. Empty stays empty. */
export function callingCodesOf(countries: string): string {
  if (countries === '') return '';
  const codes = countries.split(',').map((country) => getCountryCallingCode(country as CountryCode));
  return [...new Set(codes)].join(',');
}
