/** What each channel sends when a message lists several pages (ADR 12), with buttons that mean all of them. */
import { type Bundle, bundleAsks } from '../core/content/bundle.ts';
import { emailBundle } from '../core/content/email-bundle.ts';
import { pushBundle } from '../core/content/push.ts';
import { slackBundle } from '../core/content/slack.ts';
import { smsBundle } from '../core/content/sms-bundle.ts';
import { teamsBundle } from '../core/content/teams.ts';
import { callBundle, oneWayBundle, speechLanguage } from '../core/content/voice.ts';
import { type WordingOverrides, wordingFor } from '../core/content/wording.ts';
import type { SmsProvider, VoiceProvider } from '../core/providers/ports.ts';
import type { Rules } from '../core/rules.ts';
import { isDigest } from '../core/suppression/groups.ts';
import type { ActionLinks } from './action-link.ts';
import type { Shipment } from './channel.ts';

interface Deps {
  links: ActionLinks;
  overrides: WordingOverrides;
  rules: Rules;
}

export function createBundleMessages({ links, overrides, rules }: Deps) {
  const reading = ({ page, delivery, now }: Shipment) => {
    const { timezone, language } = page.locale ?? {};
    const late = now - delivery.queuedAt > rules.lateAfter ? { late: delivery.queuedAt } : {};
    const headline = isDigest(page) ? ('digest' as const) : ('bundle' as const);
    return { wording: wordingFor(language, overrides), headline, ...(timezone && { timezone }), ...late };
  };
  // A message without its link is worth more than none.
  const linkTo = ({ page }: Shipment, action: 'acknowledge' | 'resolve') =>
    links.link(page, action, true).catch(() => undefined);
  const both = async (shipment: Shipment) => ({
    acknowledge: await linkTo(shipment, 'acknowledge'),
    resolve: await linkTo(shipment, 'resolve'),
  });

  return {
    async sms(provider: SmsProvider, shipment: Shipment, bundle: Bundle) {
      const twoWay = await provider.twoWay(shipment.delivery.to);
      const link = twoWay || !bundleAsks(bundle) ? undefined : await linkTo(shipment, 'acknowledge');
      return { body: smsBundle(bundle, { ...reading(shipment), twoWay, link }), verified: true as const };
    },
    async email(_: unknown, shipment: Shipment, bundle: Bundle) {
      const content = emailBundle(bundle, { ...reading(shipment), links: await both(shipment) });
      return { ...content, thread: shipment.page.group ?? shipment.page.id };
    },
    async slack(_: unknown, shipment: Shipment, bundle: Bundle) {
      const { page } = shipment;
      const tokens = {
        acknowledge: await links.token(page, 'acknowledge', true),
        resolve: await links.token(page, 'resolve', true),
      };
      return slackBundle(bundle, { ...reading(shipment), tokens, links: await both(shipment) });
    },
    async teams(_: unknown, shipment: Shipment, bundle: Bundle) {
      return { card: teamsBundle(bundle, { ...reading(shipment), links: await both(shipment) }) };
    },
    async push(_: unknown, shipment: Shipment, bundle: Bundle) {
      const link = await linkTo(shipment, 'acknowledge');
      return pushBundle(bundle, { ...reading(shipment), ...(link !== undefined && { link }) });
    },
    async voice(provider: VoiceProvider, shipment: Shipment, bundle: Bundle) {
      const { wording, headline } = reading(shipment);
      const speech = provider.name === 'twilio' && !provider.keyless ? callBundle : oneWayBundle;
      return { speech: speech(bundle, wording, headline), language: speechLanguage(wording) };
    },
  };
}
