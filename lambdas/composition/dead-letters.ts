import { createGetRedrive, createListDeadLetters, createStartRedrive } from '../api/dead-letters.ts';
import { createRedriveWorker } from '../api/redrive.ts';
import { createRedriveMessage, type RedriveMessage } from '../api/redrive-message.ts';
import { createRetryPage } from '../api/retry-page.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';
import type { Ports, Settings } from './ports.ts';

type RedrivePorts = Pick<Ports, 'deadLetterQueue' | 'redrives' | 'redriveQueue' | 'clock'>;

/** Shows dead letters and starts redrives. */
export function deadLettersApi(ports: RedrivePorts & Pick<Ports, 'audit'>, settings: Pick<Settings, 'available'>) {
  const deps = { ...ports, ...settings, box: ports.deadLetterQueue, queue: ports.redriveQueue };
  return {
    listDeadLetters: createListDeadLetters(deps),
    redriveDeadLetters: createStartRedrive(deps),
    getRedrive: createGetRedrive(deps),
  };
}

type BringBackPorts = Pick<Ports, 'pages' | 'recipients' | 'codes' | 'queue' | 'escalationChecks' | 'audit' | 'clock'>;
type BringBackSettings = Pick<Settings, 'rules' | 'available'>;

/** Makes of one dead letter what is still of use. */
export const bringingBack = (ports: BringBackPorts, settings: BringBackSettings): RedriveMessage =>
  createRedriveMessage({ ...ports, retryPage: createRetryPage({ ...ports, ...settings }) });

/** Brings dead letters back, some at a time. */
export function redriving(
  ports: RedrivePorts & BringBackPorts & Pick<Ports, 'logger'>,
  settings: BringBackSettings,
): RecordHandler {
  const work = createRedriveWorker({
    ...ports,
    box: ports.deadLetterQueue,
    queue: ports.redriveQueue,
    redriveMessage: bringingBack(ports, settings),
  });
  return ({ body }) => work(body);
}
