/** Another base for a provider's API; an empty one means the provider's own. */
export const base = (apiUrl: string) => (apiUrl === '' ? {} : { apiUrl });
