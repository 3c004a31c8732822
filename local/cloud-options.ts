/** What the settings of a run mean for the cloud: addresses, variables, secrets, and the simulators around it. */
import { accountsOf } from './accounts.ts';
import { channelsOf } from './channels.ts';
import type { CloudOptions, Surrounded, Surroundings } from './cloud/options.ts';
import { REGION } from './cloud/template/resolver.ts';
import { callbackBaseUrl } from './loopback.ts';
import type { Settings } from './settings.ts';
import { startSimulators } from './simulators/index.ts';

/** The app that is run, and where its state is. */
export interface App extends Pick<CloudOptions, 'root' | 'app' | 'sources' | 'dataDir'> {
  /** File of words of your own, absolute, as the setting `wording` of a deployment (docs/deploy.md). */
  wording?: string;
}

export function cloudOptions(settings: Settings, { wording, ...app }: App, log: CloudOptions['log']): CloudOptions {
  return Object.assign(app, {
    port: settings.port,
    fresh: settings.fresh,
    speed: settings.speed,
    // As the settings of a deployment are called.
    context: { channels: channelsOf(settings).join(), ...(wording && { wording }) },
    overrides: overridesOf(settings),
    elsewhere: providersOf(settings),
    surround: (cloud: Surrounded) => surround(settings, cloud),
    log,
  });
}

/** What a run gives the functions instead of what the template says, where the template says anything. */
export const overridesOf = (settings: Settings): Record<string, string> => ({
  PUBLIC_BASE_URL: settings.publicBaseUrl,
  CALLBACK_BASE_URL: callbackBaseUrl(settings),
  TIME_SCALE: String(settings.speed),
  ...(settings.senderPerMinute !== undefined && {
    SENDER_PER_MINUTE: String(settings.senderPerMinute),
    SMS_PER_MINUTE: String(settings.senderPerMinute),
    VOICE_PER_MINUTE: String(settings.senderPerMinute),
  }),
  TWILIO_API_URL: settings.providerUrls.twilio,
  SLACK_API_URL: settings.providerUrls.slack,
  SENDGRID_API_URL: settings.providerUrls.sendgrid,
  TEAMS_API_URL: settings.providerUrls.teams,
  EMAIL_FROM: settings.emailFrom,
  WEBHOOK_URLS: settings.webhookUrls.join(' '),
  SNS_SENDER_ID: settings.snsSenderId,
  VOICE_ORIGINATION_IDENTITY: settings.voiceOriginationIdentity,
  OPERATIONS_RECIPIENTS: settings.operations.recipients,
  ...(settings.operations.topicArn !== undefined && { OPERATIONS_TOPIC_ARN: settings.operations.topicArn }),
});

/**
 * Where functions find the providers that AWS is. The SDK is told the real ones' addresses too, since what it does not
 * know leads nowhere.
 */
function providersOf({ providerUrls: { sns, voice, ses }, aws }: Settings): CloudOptions['elsewhere'] {
  const region = aws?.AWS_REGION ?? REGION;
  return {
    sns: sns || `https://sns.${region}.amazonaws.com`,
    ses: ses || `https://email.${region}.amazonaws.com`,
    voice: voice || `https://sms-voice.${region}.amazonaws.com`,
    ...(aws && { credentials: aws }),
  };
}

/** The simulators, and what the secret of the providers holds. */
async function surround(settings: Settings, cloud: Surrounded): Promise<Surroundings> {
  const { base, dataDir, log, textLog, deliverLine, deliverEvent, isTopic } = cloud;
  const accounts = accountsOf(settings);
  const simulators = await startSimulators({
    dataDir,
    baseUrl: `${base}/simulators`,
    twilio: settings.twilio,
    api: { url: `${base}/api`, publicUrl: settings.publicBaseUrl },
    sns: { logGroup: textLog, deliver: deliverLine, isTopic, account: accounts.sns },
    awsVoice: accounts.awsVoice,
    // Who lets a sender send more has bought one that carries more.
    segmentsPerSecond: (settings.senderPerMinute ?? 60) / 60,
    email: {
      deliver: deliverEvent,
      ses: accounts.ses,
      ...(settings.sendgrid && { sendGridApiKey: settings.sendgrid.apiKey }),
    },
    ...(settings.slack && { slack: settings.slack }),
    speed: settings.speed,
    log,
  });
  return {
    secret: providerSecret(settings, simulators.sendGridPublicKey),
    services: [
      { serves: (path) => /^\/simulators(\/|$)/.test(path), handle: (req, res) => simulators.handle(req, res) },
      // Until there is a console, what a person wants to see here are the phones.
      {
        serves: (path) => path === '/',
        handle: (_req, res) => void res.writeHead(302, { Location: '/simulators/phones' }).end(),
      },
    ],
    stop: () => simulators.stop(),
  };
}

/** What is in the secret of the providers; a part without credentials is left out. */
function providerSecret({ twilio, slack, sendgrid }: Settings, simulatedKey: string): string {
  // The simulator signs with a key of its own; what another one posts is checked with the key that was given.
  const email = sendgrid && { webhookPublicKey: simulatedKey, ...sendgrid };
  return JSON.stringify({ twilio, slack, sendgrid: email });
}
