/** What the interpreter does not know it refuses when a machine is loaded, naming state and field. */
import { expect, it } from 'vitest';
import { loadDefinition } from '../../local/cloud/stepfunctions/load.ts';
import { invoke, machine } from './world.ts';

const pass = { Type: 'Pass', End: true };
const task = (over: object) => ({ Work: { ...invoke('work'), ...over } });
const parallel = (States: Record<string, object>, over: object = {}) => ({
  P: { Type: 'Parallel', Branches: [{ StartAt: Object.keys(States)[0], States }], End: true, ...over },
});
const map = (over: object, processor: object = {}) => ({
  M: { Type: 'Map', ItemProcessor: { StartAt: 'I', States: { I: pass }, ...processor }, End: true, ...over },
});

it.each<[string, Record<string, object>, RegExp]>([
  ['an unknown kind of state', { A: { Type: 'Loop', End: true } }, /state "A": Type:/],
  ['an unknown field', { A: { ...pass, Result: {} } }, /state "A": Result:/],
  ['a field of JSONPath', { A: { ...pass, ResultPath: '$.a' } }, /state "A": ResultPath:/],
  ['another query language', { A: { ...pass, QueryLanguage: 'JSONPath' } }, /state "A": QueryLanguage:/],
  ['an unknown field in a branch', parallel({ B: { ...pass, Nope: 1 } }), /state "B": Nope:/],
  ['HeartbeatSeconds', task({ HeartbeatSeconds: 5 }), /state "Work": HeartbeatSeconds:/],
  ['Credentials', task({ Credentials: {} }), /state "Work": Credentials:/],
  ['a Task without Arguments', task({ Arguments: undefined }), /state "Work": Arguments:/],
  [
    'an unknown integration',
    task({ Resource: 'arn:aws:states:::sns:publish' }),
    /state "Work": Resource: .*sns:publish/,
  ],
  ['an SDK integration', task({ Resource: 'arn:aws:states:::aws-sdk:sqs:sendMessage' }), /state "Work": Resource:/],
  ['a function as resource', task({ Resource: 'arn:aws:lambda:us-east-1:1:function:f' }), /state "Work": Resource:/],
  ['.sync', task({ Resource: 'arn:aws:states:::states:startExecution.sync:2' }), /state "Work": Resource:/],
  ['a token for a queue', task({ Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken' }), /Resource:/],
  ['an unknown argument', task({ Arguments: { FunctionName: 'f', Qualifier: '1' } }), /"Work": Arguments.Qualifier:/],
  ['a missing argument', task({ Arguments: { Payload: {} } }), /"Work": Arguments.FunctionName: missing/],
  ['a retry field', task({ Retry: [{ ErrorEquals: ['E'], Jitter: 1 }] }), /"Work": Retry.0.Jitter:/],
  ['a retry without errors', task({ Retry: [{ ErrorEquals: [] }] }), /"Work": Retry.0.ErrorEquals:/],
  ['a BackoffRate below 1', task({ Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] }), /Retry.0.BackoffRate:/],
  [
    'a cap under the interval',
    task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 5, MaxDelaySeconds: 5 }] }),
    /Max/,
  ],
  [
    'States.ALL among others',
    task({ Retry: [{ ErrorEquals: ['E', 'States.ALL'] }] }),
    /Retry.0.ErrorEquals: States.ALL/,
  ],
  ['States.ALL before others', task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] }), /Retry.0/],
  [
    'an invented States error',
    task({ Retry: [{ ErrorEquals: ['States.Timout'] }] }),
    /Retry.0.ErrorEquals: States.Timout/,
  ],
  ['a Map in distributed mode', map({}, { ProcessorConfig: { Mode: 'DISTRIBUTED' } }), /"M": ItemProcessor.Proc/],
  ['an ItemReader', map({ ItemReader: {} }), /state "M": ItemReader:/],
  ['tolerated failures', map({ ToleratedFailureCount: 1 }), /state "M": ToleratedFailureCount:/],
  ['a Choice rule of JSONPath', { A: { Type: 'Choice', Choices: [{ Variable: '$.a', Next: 'A' }] } }, /"A": Choices.0/],
  [
    'a Condition that is no expression',
    { A: { Type: 'Choice', Choices: [{ Condition: 'true', Next: 'A' }] } },
    /"A": Choices.0.Condition:/,
  ],
  ['negative Seconds', { A: { Type: 'Wait', Seconds: -1, End: true } }, /"A": Seconds:/],
  ['an expression that is no JSONata', { A: { ...pass, Output: '{% 1 + %}' } }, /"A": Output: it is no JSONata/],
  ['$eval', { A: { ...pass, Output: '{% $eval("1") %}' } }, /"A": Output: \$eval is not supported/],
  ['$eval as a value', { A: { ...pass, Output: '{% $map([1], $eval) %}' } }, /\$eval is not supported/],
  ['$$', { A: { ...pass, Output: '{% $$.a %}' } }, /"A": Output: \$\$ is not supported/],
  ['$ at the top level', { A: { ...pass, Output: '{% $.a %}' } }, /"A": Output: \$ has nothing to refer to/],
  ['a bare field', { A: { ...pass, Output: '{% a.b %}' } }, /"A": Output: a has nothing to refer to/],
  ['$states as a whole', { A: { ...pass, Output: '{% $states %}' } }, /must name a field of \$states/],
  ['an unknown field of $states', { A: { ...pass, Output: '{% $states.in %}' } }, /no \$states.in here/],
  ['a result where there is none', { A: { ...pass, Output: '{% $states.result %}' } }, /no \$states.result here/],
  ['an error outside of Catch', task({ Output: '{% $states.errorOutput %}' }), /no \$states.errorOutput here/],
  ['a result in Arguments', task({ Arguments: { FunctionName: '{% $states.result %}' } }), /"Work": Arguments: /],
  ['a variable nobody assigns', { A: { ...pass, Output: '{% $pgae.id %}' } }, /"A": Output: \$pgae is neither/],
  ['a function nobody has', { A: { ...pass, Output: '{% $random() %}' } }, /"A": Output: \$random is neither/],
  [
    'a variable of an inner scope',
    { ...parallel({ B: { ...pass, Assign: { v: 1 } } }, { Output: '{% $v %}' }) },
    /"P": Output: \$v/,
  ],
  [
    'an inner variable by an outer name',
    parallel({ B: { ...pass, Assign: { v: 1 } } }, { Assign: { v: 2 } }),
    /"B": Assign.v:/,
  ],
  ['a variable called states', { A: { ...pass, Assign: { states: 1 } } }, /"A": Assign.states: the name is reserved/],
  ['a Next that leads nowhere', { A: { Type: 'Pass', Next: 'B' } }, /target: B/],
  ['a state no other leads to', { A: pass, B: pass }, /B is not reachable/],
  ['Next and End', { A: { Type: 'Pass', Next: 'B', End: true }, B: pass }, /"A" MUST contain exactly one/],
  ['Seconds and Timestamp', { A: { Type: 'Wait', Seconds: 1, Timestamp: '2026-11-22T03:00:00Z', End: true } }, /"A"/],
  ['neither Seconds nor Timestamp', { A: { Type: 'Wait', End: true } }, /"A"/],
  ['one name twice', { A: pass, ...parallel({ A: pass }) }, /A/],
])('refused: %s', (_, states, message) => {
  const first = Object.keys(states).at(-1) === 'P' ? { StartAt: 'P' } : {};
  expect(() => loadDefinition(machine(states, first))).toThrow(message);
});

it.each<[string, string | object, RegExp]>([
  ['text that is no JSON', '{', /no JSON/],
  ['JSONPath by default', { StartAt: 'A', States: { A: pass } }, /the state machine: QueryLanguage:/],
  ['JSONPath', machine({ A: pass }, { QueryLanguage: 'JSONPath' }), /the state machine: QueryLanguage:/],
  ['an unknown field', machine({ A: pass }, { Timeout: 5 }), /the state machine: Timeout:/],
  ['no time at all', machine({ A: pass }, { TimeoutSeconds: 0 }), /the state machine: TimeoutSeconds:/],
  ['a start that is not there', machine({ A: pass }, { StartAt: 'B' }), /target: B/],
])('refused as a whole: %s', (_, definition, message) => {
  expect(() => loadDefinition(definition)).toThrow(message);
});
