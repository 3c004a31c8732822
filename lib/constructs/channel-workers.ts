import { Construct } from 'constructs';
import {
  emailWorkerEnv,
  pushWorkerEnv,
  slackWorkerEnv,
  smsWorkerEnv,
  teamsWorkerEnv,
  voiceWorkerEnv,
} from '../../lambdas/delivery/worker.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { ChannelWorker } from './channel-worker.ts';
import { grantCalls, grantMails, grantPushes } from './provider-grants.ts';
import { grantTexts } from './sns-publish.ts';

interface Props {
  config: Config;
  data: DataStack;
  publicBaseUrl: string;
  /** What mails through SES are sent with. */
  sesConfigurationSet: string;
}

/** One worker for each channel of the deployment, with what only its providers need. */
export class ChannelWorkers extends Construct {
  constructor(scope: Construct, id: string, { config, data, publicBaseUrl, sesConfigurationSet }: Props) {
    super(scope, id);
    const twilio = { TWILIO_API_URL: '', CALLBACK_BASE_URL: publicBaseUrl };
    for (const [channel, queue] of data.channels.queues) {
      const shared = { channel, queue, config, data, publicBaseUrl };
      switch (channel) {
        case 'sms': {
          const environment = {
            SNS_SENDER_ID: config.snsSenderId,
            SNS_SENDER_ID_CALLING_CODES: config.senderIdCountries,
            ...twilio,
          };
          grantTexts(new ChannelWorker(this, 'Sms', { ...shared, env: smsWorkerEnv, environment }).fn);
          break;
        }
        case 'email': {
          const environment = {
            EMAIL_FROM: config.emailFrom ?? '',
            SES_CONFIGURATION_SET: sesConfigurationSet,
            SENDGRID_API_URL: '',
          };
          grantMails(new ChannelWorker(this, 'Email', { ...shared, env: emailWorkerEnv, environment }).fn);
          break;
        }
        case 'slack': {
          const environment = { SLACK_API_URL: '' };
          new ChannelWorker(this, 'Slack', { ...shared, env: slackWorkerEnv, environment });
          break;
        }
        case 'teams': {
          const environment = { TEAMS_API_URL: '' };
          new ChannelWorker(this, 'Teams', { ...shared, env: teamsWorkerEnv, environment });
          break;
        }
        case 'push':
          grantPushes(new ChannelWorker(this, 'Push', { ...shared, env: pushWorkerEnv, environment: {} }).fn);
          break;
        case 'voice': {
          const identity = config.voiceOriginationIdentity ?? '';
          const environment = { VOICE_ORIGINATION_IDENTITY: identity, ...twilio };
          const { fn } = new ChannelWorker(this, 'Voice', { ...shared, env: voiceWorkerEnv, environment });
          // Phones whose line is given back after a call that was not placed.
          data.table.grantItems(fn, 'DeleteItem');
          grantCalls(fn);
          break;
        }
      }
    }
  }
}
