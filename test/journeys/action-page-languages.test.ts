import { beforeEach, describe, expect, test } from 'vitest';
import { DAY } from '../../lambdas/core/time.ts';
import { undocumented } from '../support/openapi.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const BROWSER = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

let world: ReturnType<typeof createWorld>;
beforeEach(async () => {
  world = createWorld();
  await world.putAlice();
});

async function page(recipientId: string, fields: object = {}): Promise<string> {
  const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, recipientId, ...fields } });
  return body.notificationId;
}
const tokenOf = async (id: string) => (await world.links.link({ id }, 'acknowledge')).split('/').at(-1) ?? '';
async function open(operation: 'getAction' | 'postAction', token: string, headers: Record<string, string> = BROWSER) {
  const answer = await world.call(operation, { params: { token }, headers, caller: null });
  expect(undocumented(operation, answer)).toEqual([]);
  return answer;
}

describe('a page behind a link speaks', () => {
  const WORDS = {
    en: ['Acknowledge', 'Acknowledged. You have it.', 'Already acknowledged by Dora', 'This link has expired'],
    de: [
      'Übernehmen',
      'Übernommen. Sie kümmern sich darum.',
      'Bereits übernommen von Dora',
      'Dieser Link ist abgelaufen',
    ],
    es: ['Reconocer', 'Reconocido. Usted se ocupa.', 'Ya reconocido por Dora', 'Este enlace ha caducado'],
    fr: [
      'Prendre en charge',
      'Pris en charge. Vous vous en occupez.',
      'Déjà pris en charge par Dora',
      'Ce lien a expiré',
    ],
  } as const;
  const UNKNOWN = {
    en: 'This link does not work',
    de: 'Dieser Link funktioniert nicht',
    es: 'Este enlace no funciona',
    fr: 'Ce lien ne fonctionne pas',
    nl: 'Deze link werkt niet',
  } as const;
  const browser = (language: string) => ({ ...BROWSER, 'Accept-Language': language });
  const dora = async (fields: object) => {
    const phone = '+14155550103';
    const body = { name: 'Dora', phone, phoneVerified: true, ...fields };
    await world.call('putRecipient', { params: { id: 'usr_dora' }, body });
    const incident = { ...INCIDENT.incident, id: 'INC-7' };
    return tokenOf(await page('usr_dora', { incident }));
  };

  test.each(Object.entries(WORDS))("the recipient's %s, whatever the browser asks for", async (language, words) => {
    const token = await dora({ language });
    const other = browser(language === 'fr' ? 'de' : 'fr');
    const [button, done, already, expired] = words;
    const shown = await open('getAction', token, other);
    expect(shown.body).toContain(`<html lang="${language}">`);
    expect(shown.body).toContain(`<button>${button}</button>`);
    expect((await open('postAction', token, other)).body).toContain(done);
    await world.advance(60_000);
    expect((await open('postAction', token, other)).body).toContain(already);
    await world.advance(8 * DAY);
    const gone = await open('getAction', token, other);
    expect([gone.status, gone.body.includes(expired), gone.body.includes(`<html lang="${language}">`)]).toEqual([
      410,
      true,
      true,
    ]);
  });

  test.each([
    ['de-AT', 'de'],
    ['fr-CA', 'fr'],
    ['nl-BE', 'nl'],
    ['tlh', 'en'],
  ])("the recipient's %s as %s", async (language, lang) => {
    const { body } = await open('getAction', await dora({ language }), browser('es'));
    expect(body).toContain(`<html lang="${lang}">`);
    // A deployment's own words are text, whatever is in them.
    if (lang === 'nl') expect(body).toContain('Aannemen &lt;b&gt;');
  });

  test.each([
    ['de-CH, de;q=0.9, en;q=0.8', 'de'],
    ['en;q=0.5, es;q=0.9', 'es'],
    ['tlh, fr;q=0.1', 'fr'],
    ['de;q=0, fr', 'fr'],
    ['nl-BE', 'nl'],
    ['*', 'en'],
    ['', 'en'],
    ['<script>, ;q=, de;q=x', 'en'],
  ] as const)('the language that the browser asks for with %j where no recipient is known', async (header, lang) => {
    const { status: code, body } = await open('getAction', 'x', browser(header));
    expect([code, body.includes(`<html lang="${lang}">`), body.includes(UNKNOWN[lang])]).toEqual([404, true, true]);
  });

  test('the language that the browser asks for where the recipient has none', async () => {
    const { body } = await open('getAction', await tokenOf(await page('usr_alice')), browser('es'));
    expect(body).toContain('<html lang="es">');
    expect(body).toContain('<button>Reconocer</button>');
  });

  test('times in the zone of the recipient, and UTC without one', async () => {
    expect((await open('getAction', await tokenOf(await page('usr_alice')))).body).toContain(
      '>22 Nov 2026, 03:00 UTC</time>',
    );
    const token = await dora({ language: 'de', timezone: 'Europe/Berlin' });
    expect((await open('getAction', token)).body).toContain('>22.11.2026, 04:00 (Europe/Berlin)</time>');
  });
});
