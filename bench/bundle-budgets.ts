/**
 * The most that a function's bundle may have, KB of 1,024 bytes minified, by the folder of its entry
 * (docs/spec/inside.md#budgets).
 */
export const BUNDLE_BUDGETS_KB: Readonly<Record<string, number>> = {
  api: 600,
  receipts: 650,
  delivery: 1_024,
  replies: 1_024,
  'provider-health': 1_024,
  escalation: 650,
  suppression: 650,
  upkeep: 650,
  verification: 650,
  events: 650,
  alerts: 650,
  authorizer: 60,
};
