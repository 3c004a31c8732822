/** The deployed state machine on a test's clock, behind the client that the real adapter talks to. */
import { readFileSync } from 'node:fs';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { Engine } from '../../../local/cloud/stepfunctions/engine.ts';
import type { RequestError } from '../../../local/cloud/stepfunctions/errors.ts';
import { memoryStore } from '../../../local/cloud/stepfunctions/store.ts';
import { chainOfRun, inChain } from '../chain.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:escalate';
/** Where the function's name goes, as CDK substitutes it. */
const PLACE = ['$', '{EscalateFunction}'].join('');
export const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:escalation';
const definition = readFileSync(new URL('../../../statemachines/escalation.asl.json', import.meta.url), 'utf8');

interface Options {
  clock: { now(): number };
  /** The function that the machine's tasks call. */
  escalate: (event: unknown) => Promise<object>;
  onChange?: () => void;
  random?: () => number;
}

export function escalationMachine({ clock, escalate, onChange, random = () => 0.5 }: Options) {
  let ids = 0;
  const store = memoryStore();
  const engine = new Engine({
    machines: [{ arn: MACHINE, name: 'escalation', definition: definition.replaceAll(PLACE, FUNCTION) }],
    clock,
    store,
    random,
    newId: () => `token-${++ids}`,
    // Step Functions begins a chain with every task.
    services: { invoke: (_, payload) => inChain(chainOfRun('escalation/escalate', []), () => escalate(payload)) },
    onBug: (error) => {
      throw error;
    },
    ...(onChange && { onChange }),
  });

  /** As the SDK does: the exception's name is the error's code. */
  const named = (error: unknown): never => {
    const { code, message } = error as RequestError;
    throw Object.assign(new Error(message), { name: code });
  };
  const client = {
    async send({ input }: { input: Record<string, string> }) {
      if (input.taskToken !== undefined) {
        return engine.taskSuccess(input.taskToken, input.output ?? '').catch(named);
      }
      const { name = '', input: text = '' } = input;
      return engine.start({ stateMachineArn: MACHINE, name, input: text }).catch(named);
    },
  } as unknown as SFNClient;

  return {
    engine,
    client,
    /** All executions there ever were, newest first. */
    executions: () => engine.list({ machineArn: MACHINE, limit: 1_000 }).map(({ execution }) => execution),
  };
}
