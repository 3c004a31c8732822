/**
 * What a person typed, from the text that Slack hands over: in a slash command `&`, `<` and `>` come as entities, and what
 * Slack takes for a link, a channel or a person comes in angle brackets
 * (https://docs.slack.dev/messaging/formatting-message-text#escaping and #advanced).
 */
export const fromSlackText = (text: string): string =>
  text
    .replace(/<([^<>|]*)(?:\|([^<>]*))?>/g, (_, target: string, label: string | undefined) => typed(target, label))
    .replace(/&(amp|lt|gt);/g, (_, name: keyof typeof ENTITIES) => ENTITIES[name]);

const ENTITIES = { amp: '&', lt: '<', gt: '>' } as const;

/** `#C024|general` was typed as `#general`, `http://inc.example|inc.example` as `inc.example`. */
function typed(target: string, label: string | undefined): string {
  if (label === undefined || label === '') return target;
  return /^[#@]/.test(target) ? `${target.charAt(0)}${label}` : label;
}
