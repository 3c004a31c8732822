/** Which events go where. Who may put them, and into which queue, is in test/infra/grants.test.ts. */
import { describe, expect, it } from 'vitest';
import { type Json, synth } from './synth.ts';

const rules = ({ ofType, target }: ReturnType<typeof synth>) =>
  Object.fromEntries(
    ofType('AWS::Events::Rule').map(({ stack, properties }) => {
      const [{ Arn, RetryPolicy }, ...others] = properties.Targets;
      expect(others).toEqual([]);
      // A day, which is the most.
      expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
      const queue = target(Arn, stack)?.id.replace(/[0-9A-F]{8}$/, '') ?? 'nothing';
      return [queue, { bus: properties.EventBusName, pattern: properties.EventPattern, state: properties.State }];
    }),
  );

describe('events out', () => {
  it('go to a bus that rules of others can be written for', () => {
    const buses = synth().ofType('AWS::Events::EventBus');
    expect(buses.map(({ properties }) => properties.Name)).toEqual(['lifeline']);
  });

  it('are queued for webhooks only where there are any: an idle queue would cost more than the events', () => {
    const without = rules(synth()).EventsWebhooks;
    expect(without).toMatchObject({ pattern: { source: ['lifeline'] }, state: 'DISABLED' });
    const urls = 'https://example.com/a,https://example.com/b?x=1,2';
    const built = synth({ webhookUrls: urls });
    expect(rules(built).EventsWebhooks?.state).toBe('ENABLED');
    const fn = built.functions.find(({ entry }) => entry === 'events/webhooks');
    const { Variables } = (fn && built.resourceOf(fn).properties.Environment) as Json;
    expect(Variables.WEBHOOK_URLS).toBe('https://example.com/a https://example.com/b?x=1,2');
  });
});

describe('events of SES', () => {
  const built = synth();
  const [set] = built.ofType('AWS::SES::ConfigurationSet');

  it('are told of every mail of ours, and no opens and clicks, for which SES would rewrite its links', () => {
    const [destination] = built.ofType('AWS::SES::ConfigurationSetEventDestination');
    expect(destination?.properties).toMatchObject({
      ConfigurationSetName: { Ref: set?.id },
      EventDestination: {
        Enabled: true,
        MatchingEventTypes: ['SEND', 'DELIVERY', 'DELIVERY_DELAY', 'BOUNCE', 'REJECT', 'COMPLAINT'],
      },
    });
    expect(JSON.stringify(destination?.properties)).toContain(':event-bus/default');
    const worker = built.functions.find(({ entry }) => entry === 'delivery/email-worker');
    const { Variables } = (worker && built.resourceOf(worker).properties.Environment) as Json;
    expect(Variables.SES_CONFIGURATION_SET).toEqual({ Ref: set?.id });
  });

  it('are ours alone, of all that the account sends', () => {
    expect(rules(built).SesEventsQueue).toEqual({
      bus: undefined,
      pattern: { source: ['aws.ses'], detail: { mail: { tags: { 'ses:configuration-set': [{ Ref: set?.id }] } } } },
      state: 'ENABLED',
    });
  });

  it('are not asked for where there is no e-mail', () => {
    expect(synth({ channels: 'sms' }).ofType('AWS::SES::ConfigurationSet')).toEqual([]);
  });
});
