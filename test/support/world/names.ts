export const ALICE = '+14155550100';
export const TWILIO = { accountSid: `AC${'1'.repeat(32)}`, authToken: 'token-of-tests', phoneNumber: '+14155550000' };
export const SLACK_SIGNING_SECRET = 'slack-signing-secret-of-tests';
export const PUBLIC_BASE_URL = 'https://lifeline.example/api';

/** Auth token of the account, undefined for accounts that are not ours. */
export const authTokenOf = async (sid: string) => (sid === TWILIO.accountSid ? TWILIO.authToken : undefined);

/** The dispatch of the README. */
export const INCIDENT = {
  incident: { id: 'INC-1042', title: 'High error rate', priority: 'CRITICAL', service: 'payments-api' },
  recipientId: 'usr_alice',
};

/** Somebody who can be reached by every channel. */
export const EVERYWHERE = {
  email: 'alice@example.com',
  slackUserId: 'U0ALICE',
  teamsWebhookUrl: 'https://prod-1.westus.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke?sig=s',
  pushEndpoints: ['arn:aws:sns:us-east-1:000000000000:endpoint/GCM/lifeline/a1b2c3d4-0000-4000-8000-000000000001'],
};
