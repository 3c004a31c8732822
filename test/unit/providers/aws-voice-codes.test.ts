import { expect, test } from 'vitest';
import { awsVoiceFault } from '../../../lambdas/providers/voice/aws-voice-codes.ts';

const QUIET = { counts: false, opens: false, disablesSender: false };

test.each([
  [400, 'ValidationException', 'A_NEW_REASON'],
  [409, 'ConflictException', 'A_NEW_REASON'],
  [400, 'SomethingNewException', undefined],
  [418, undefined, undefined],
])('AWS voice: %i %s %s is in no table, so the call goes on and no circuit hears of it', (status, name, reason) => {
  const fault = awsVoiceFault(status, name, reason);
  expect(fault).toMatchObject({ class: 'unknown_code', failsOver: true, ...QUIET });
});

test.each(['FIELD_VALIDATION_FAILED', 'INVALID_PARAMETER', 'MISSING_PARAMETER'])(
  'AWS voice: the reason %s says that our request is wrong',
  (reason) => {
    expect(awsVoiceFault(400, 'ValidationException', reason)).toMatchObject({ class: 'our_bug', ...QUIET });
  },
);
