import { createGetRedrive, createListDeadLetters, createStartRedrive } from '../api/dead-letters.ts';
import { createRedriveWorker } from '../api/redrive.ts';
import { createRedriveMessage } from '../api/redrive-message.ts';
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

/** Brings dead letters back, some at a time. */
export function redriving(
  ports: RedrivePorts &
    Pick<Ports, 'pages' | 'recipients' | 'codes' | 'queue' | 'escalationChecks' | 'audit' | 'logger'>,
  settings: Pick<Settings, 'rules' | 'available'>,
): RecordHandler {
  const retryPage = createRetryPage({ ...ports, ...settings });
  const work = createRedriveWorker({
    ...ports,
    box: ports.deadLetterQueue,
    queue: ports.redriveQueue,
    redriveMessage: createRedriveMessage({ ...ports, retryPage }),
  });
  return ({ body }) => work(body);
}
