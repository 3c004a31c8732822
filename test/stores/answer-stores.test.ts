import { afterAll, beforeAll, describe } from 'vitest';
import { createCodeStore } from '../../lambdas/stores/codes.ts';
import { createInboundTexts } from '../../lambdas/stores/inbound-texts.ts';
import { createPhoneLocks } from '../../lambdas/stores/leases.ts';
import { createOptOutStore } from '../../lambdas/stores/opt-outs.ts';
import { createPageStore } from '../../lambdas/stores/pages.ts';
import { createRecipientStore } from '../../lambdas/stores/recipients.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { memoryInboundTexts, memoryOptOuts } from '../support/memory-answers.ts';
import { memoryLeases } from '../support/memory-escalation.ts';
import { memoryCodes, memoryPages, memoryRecipients } from '../support/memory-ports.ts';
import { T0 } from '../support/pages.ts';
import { answerSuite } from './answer-suite.ts';

const clock = { now: () => T0 };

describe('in memory', () => {
  const stores = {
    pages: memoryPages(),
    recipients: memoryRecipients(),
    codes: memoryCodes(clock),
    optOuts: memoryOptOuts(),
    inbound: memoryInboundTexts(clock),
    lines: memoryLeases(),
  };
  answerSuite(() => stores);
});

describe('on dynalite', () => {
  let table: Awaited<ReturnType<typeof startTable>>;
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(() => table.stop());

  answerSuite(() => ({
    pages: createPageStore(table.client, TABLE),
    recipients: createRecipientStore(table.client, TABLE),
    codes: createCodeStore(table.client, TABLE, clock),
    optOuts: createOptOutStore(table.client, TABLE),
    inbound: createInboundTexts(table.client, TABLE, clock),
    lines: createPhoneLocks(table.client, TABLE),
  }));
});
