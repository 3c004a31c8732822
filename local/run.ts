/** A run in the foreground: progress lines, the ready block, signals, exit status. */
import { flushCompileCache } from 'node:module';
import { relative } from 'node:path';
import { lacksOf } from './channels.ts';
import { Cloud } from './cloud/cloud.ts';
import { type App, cloudOptions } from './cloud-options.ts';
import { callbackBaseUrl } from './loopback.ts';
import { parseSettings, type Settings, UsageError } from './settings.ts';
import { USAGE } from './usage.ts';

/** The contract gives a stop five seconds; what hangs is left behind with the process. */
const STOP_WITHIN_MS = 4500;
/** npm passes a Ctrl-C on that the terminal has sent to all: two signals this close are one key press. */
const ONE_KEY_PRESS_MS = 500;

/** Runs until a signal ends it. Sets the exit status: 0 stopped, 1 could not start, 2 wrong flags or values. */
export async function run(app: App): Promise<void> {
  const started = performance.now();
  const log = (line: string) => console.log(`${Math.round(performance.now() - started)} ms`.padStart(9), line);
  const settings = settingsOrExit();
  const cloud = new Cloud();
  let stoppedAt = 0;
  let failed = false;

  const stop = async (status: number) => {
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    await cloud.stop().catch((error) => console.error(error));
    process.exit(status);
  };
  const onSignal = () => {
    if (stoppedAt && Date.now() - stoppedAt < ONE_KEY_PRESS_MS) return;
    if (stoppedAt) process.exit(130);
    stoppedAt = Date.now();
    if (failed) return;
    console.log('Stopping; Ctrl-C again to force.');
    void stop(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

  try {
    await cloud.start(cloudOptions(settings, app, log));
    console.log(ready(settings, relative(process.cwd(), app.dataDir) || '.', performance.now() - started));
    await cloud.check();
    log('every function loads');
    // Node would do it at the end of the process, and kill -9 does not wait for that.
    flushCompileCache();
  } catch (error) {
    if (stoppedAt) return;
    failed = true;
    console.error(`Lifeline could not start: ${(error as Error).message}`);
    return stop(1);
  }
}

function settingsOrExit(): Settings {
  try {
    const settings = parseSettings(process.argv.slice(2), process.env);
    if (settings !== 'help') return settings;
    console.log(USAGE);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

function ready(settings: Settings, dataDir: string, ms: number): string {
  const base = `http://127.0.0.1:${settings.port}`;
  const token = `$(node -p "JSON.parse(require('fs').readFileSync('${dataDir}/credentials.json')).tokens.read")`;
  return [
    '',
    `Lifeline is ready after ${(ms / 1000).toFixed(1)} s.`,
    `  API          ${base}/api`,
    `  Credentials  ${dataDir}/credentials.json`,
    `  Try          curl -H "Authorization: Bearer ${token}" ${base}/api/notifications`,
    settings.live
      ? '  Providers    real: texts go to real phones and cost money'
      : `  Phones       ${base}/simulators/phones`,
    ...(settings.live ? [] : [`  Slack        ${base}/simulators/slack`]),
    ...(settings.live ? [] : [`  Operations   ${base}/simulators/operations`]),
    `  Logs         ${dataDir}/logs`,
    ...lacksOf(settings).map(({ what, why }) => `  ${what.padEnd(12)} ${why}`),
    ...(settings.webhookUrls.length > 0
      ? [`  Webhooks     ${settings.webhookUrls.length}, signed with the secret WebhookKey`]
      : []),
    ...(settings.speed === 1 ? [] : [`  Speed        waits are ${settings.speed} times shorter`]),
    ...(callbackBaseUrl(settings) === ''
      ? ['', '  PUBLIC_BASE_URL is on the loopback: providers are asked for no callbacks, and pages end SENT.']
      : []),
    '',
  ].join('\n');
}
