/** What each channel sends of a page: which template, with which way back. The templates are in core/content. */

import type { Clock } from '../core/clock.ts';
import type { Bundle } from '../core/content/bundle.ts';
import { emailContent } from '../core/content/email.ts';
import { pushContent } from '../core/content/push.ts';
import { slackAnswered, slackMessage, slackTeamPost } from '../core/content/slack.ts';
import { smsText } from '../core/content/sms.ts';
import { teamsCard } from '../core/content/teams.ts';
import { answerNumber, answerPlaces, callScript, oneWayCall, speechLanguage } from '../core/content/voice.ts';
import { type WordingOverrides, wordingFor } from '../core/content/wording.ts';
import { type Channel, isIn, type Page, type Provider, providerOf } from '../core/page/page.ts';
import type { SmsProvider, VoiceProvider } from '../core/providers/ports.ts';
import type { Rules } from '../core/rules.ts';
import { type DeclaredTwoWay, isTwoWayRoute } from '../core/sms/way-back.ts';
import type { BundleOf } from '../use-cases/bundle.ts';
import type { ActionLinks } from './action-link.ts';
import { createBundleMessages } from './bundle-messages.ts';
import type { Shipment } from './channel.ts';

interface Deps {
  /** The page with a description that lies apart. */
  whole: (pageId: string) => Promise<Page | undefined>;
  links: ActionLinks;
  overrides: WordingOverrides;
  rules: Rules;
  clock: Clock;
  /** What a message lists beside its own page. */
  bundleOf: BundleOf;
  /** The number that takes texts and calls, E.164. Where it cannot be told, calls name none. */
  ourNumber: () => Promise<string>;
  twoWay: DeclaredTwoWay;
}

export function createMessages({ whole, links, overrides, rules, bundleOf, ourNumber, twoWay, clock }: Deps) {
  const reading = ({ page, delivery, now }: Shipment) => {
    const { timezone, language } = page.locale ?? {};
    const late = now - delivery.queuedAt > rules.lateAfter ? { late: delivery.queuedAt } : {};
    return { wording: wordingFor(language, overrides), ...(timezone && { timezone }), ...late };
  };
  // A message without its link is worth more than none.
  const linkTo = (shipment: Shipment, action: 'acknowledge' | 'resolve') =>
    links.link(shipment.page, action).catch(() => undefined);
  /** With its description, where the channel has room for one; without it rather than not at all. */
  const detailed = async (page: Page): Promise<Page> =>
    page.descriptionApart ? ((await whole(page.id).catch(() => undefined)) ?? page) : page;
  const sender = async () => ourNumber().catch(() => undefined);
  /** A messaging service or a sender id cannot be called. */
  const callable = async () => {
    const number = await sender();
    return number?.startsWith('+') ? number : undefined;
  };
  /** The person has a text of the page that takes replies: one by Twilio, on a route that brings them back. */
  const canReply = async (page: Page) => {
    const texted = textedBy(page, 'twilio');
    if (texted === undefined) return false;
    const ours = await sender();
    return ours === undefined || isTwoWayRoute(ours, texted, twoWay);
  };
  const both = async (shipment: Shipment) => ({
    acknowledge: await linkTo(shipment, 'acknowledge'),
    resolve: await linkTo(shipment, 'resolve'),
  });

  const alone = {
    async sms(provider: SmsProvider, shipment: Shipment) {
      const { code } = shipment.page;
      const back = (await provider.twoWay(shipment.delivery.to))
        ? { ...(code && { replyCode: code }) }
        : await linkTo(shipment, 'acknowledge').then((link) => ({ ...(link !== undefined && { link }) }));
      return { body: smsText(shipment.page, { ...reading(shipment), ...back }), verified: true as const };
    },

    async email(_: unknown, shipment: Shipment) {
      const content = emailContent(await detailed(shipment.page), {
        ...reading(shipment),
        links: await both(shipment),
      });
      return { ...content, thread: shipment.page.incident.id };
    },

    async slack(_: unknown, shipment: Shipment) {
      const tokens = {
        acknowledge: await links.token(shipment.page, 'acknowledge'),
        resolve: await links.token(shipment.page, 'resolve'),
      };
      const options = { ...reading(shipment), tokens, links: await both(shipment) };
      return slackMessage(await detailed(shipment.page), options);
    },

    /** What takes a message's place once somebody has the page. */
    async answered(page: Page) {
      const { timezone, language } = page.locale ?? {};
      const tokens = { resolve: await links.token(page, 'resolve') };
      const wording = wordingFor(language, overrides);
      return slackAnswered(page, { wording, now: clock.now(), tokens, ...(timezone && { timezone }) });
    },

    async teamPost(page: Page) {
      const tokens = {
        acknowledge: await links.token(page, 'acknowledge'),
        resolve: await links.token(page, 'resolve'),
      };
      const acknowledge = await links.link(page, 'acknowledge').catch(() => undefined);
      const wording = wordingFor(undefined, overrides);
      return slackTeamPost(await detailed(page), { wording, tokens, links: { acknowledge } });
    },

    async teams(_: unknown, shipment: Shipment) {
      return { card: teamsCard(await detailed(shipment.page), { ...reading(shipment), links: await both(shipment) }) };
    },

    async push(_: unknown, shipment: Shipment) {
      const link = await linkTo(shipment, 'acknowledge');
      return pushContent(shipment.page, { ...reading(shipment), ...(link !== undefined && { link }) });
    },

    async voice(provider: VoiceProvider, { page }: Shipment) {
      const wording = wordingFor(page.locale?.language, overrides);
      const language = speechLanguage(wording);
      if (provider.name === 'twilio' && !provider.keyless) return { speech: callScript(page, wording), language };
      const places = answerable(page);
      // Nothing else has reached the person: then our number is where to answer, with the code that a text needs.
      const number = places.length === 0 && !provider.keyless ? await callable() : undefined;
      if (number) return { speech: oneWayCall(page, { where: answerNumber(number, wording) }, wording), language };
      const { code, ...codeless } = page;
      // A code is of no use to somebody whose texts came from a sender that cannot receive.
      const shown = code !== undefined && (await canReply(page)) ? page : codeless;
      // A text is the best guess.
      const where = answerPlaces(places.length === 0 ? ['sms'] : places, wording);
      return { speech: oneWayCall(shown, { where }, wording), language };
    },
  };

  const bundled = createBundleMessages({ links, overrides, rules });
  /** The page's own message, or the one for all that it lists. */
  const either =
    <P, M>(one: (p: P, s: Shipment) => Promise<M>, many: (p: P, s: Shipment, bundle: Bundle) => Promise<M>) =>
    async (provider: P, shipment: Shipment): Promise<M> => {
      const bundle = await bundleOf(shipment.page);
      return bundle ? many(provider, shipment, bundle) : one(provider, shipment);
    };
  return {
    sms: either(alone.sms, bundled.sms),
    email: either(alone.email, bundled.email),
    slack: either(alone.slack, bundled.slack),
    teams: either(alone.teams, bundled.teams),
    push: either(alone.push, bundled.push),
    voice: either(alone.voice, bundled.voice),
    teamPost: alone.teamPost,
    answered: alone.answered,
  };
}

/** Channels on which the person has this page by now and can answer it. */
function answerable(page: Page): Channel[] {
  const sent = Object.values(page.deliveries).filter((one) => isIn(one, 'SENT', 'DELIVERED'));
  return [...new Set(sent.map(({ channel }) => channel))].filter((channel) => channel !== 'voice');
}

/** The phone that a text of this page went out to by the provider. */
const textedBy = ({ deliveries }: Page, by: Provider): string | undefined =>
  Object.values(deliveries).find((one) => one.channel === 'sms' && providerOf(one) === by && one.sentAt !== undefined)
    ?.to;
