/** What the local run prints when it is asked for help, or cannot understand its flags. */
export const USAGE = `npm start -- [--speed N] [--live] [--fresh]

  --speed N   waits are N times shorter (N > 0, default 1); work stays real time
  --live      send through the real providers, with credentials from the environment
  --fresh     drop the state of earlier runs (.local)

Environment: PORT (default 3000), PUBLIC_BASE_URL, WORDING_FILE (docs/deploy.md), SENDER_PER_MINUTE (messages of every sender, texts in segments; default 100, texts and calls 60),
TWILIO_API_URL, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER, SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SENDGRID_API_URL, SENDGRID_API_KEY,
SENDGRID_WEBHOOK_PUBLIC_KEY, EMAIL_FROM, TEAMS_API_URL, AWS_ENDPOINT_URL_SNS, AWS_SNS_SMS_SENDER_ID (default OnCall, empty for none),
AWS_ENDPOINT_URL_SESV2, AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2, AWS_VOICE_ORIGINATION_IDENTITY, WEBHOOK_URLS,
OPERATIONS_RECIPIENTS, OPERATIONS_TOPIC_ARN; with --live and without those endpoints also AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.`;
