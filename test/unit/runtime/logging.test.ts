import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../lambdas/runtime/logger.ts';

/** Powertools prints through its own console unless in dev mode. */
function printed(log: (logger: ReturnType<typeof createLogger>) => void): string {
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  const lines: string[] = [];
  for (const method of ['info', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((line) => void lines.push(line));
  log(createLogger('test'));
  return lines.join('\n');
}
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a log line', () => {
  it('keeps ids and codes', () => {
    const line = printed((logger) => logger.info('sent', { pageId: 'pg_1', code: '21611', attempt: 2 }));
    expect(JSON.parse(line)).toMatchObject({
      level: 'INFO',
      message: 'sent',
      service: 'test',
      pageId: 'pg_1',
      code: '21611',
      attempt: 2,
    });
  });

  it('shows no phone, address or token, not even in messages and errors of libraries', () => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';
    const error = Object.assign(new Error('no +14155550100', { cause: new Error('alice@example.com') }), {
      config: { auth: 'hunter2' },
      response: { body: 'hunter2' },
    });
    const line = printed((logger) =>
      logger.error(`failed for +14155550100 with Bearer ${token}`, {
        error,
        authToken: 'hunter2',
        nested: [{ to: 'hunter2' }],
      }),
    );
    expect(line).toContain('+1415•••0100');
    expect(line).not.toMatch(/4155550100|alice@|hunter2|eyJ/);
  });

  it.each(["o'hara@example.com", 'a%b@example.com', 'ops/oncall+p1@example.com', 'a&b@example.xn--p1ai'])(
    'a log line shows no part of the address %s before the @',
    (address) => {
      const line = printed((logger) => logger.error(`bounced: ${address}`));
      expect(line).toContain('bounced: •••@example.');
    },
  );
});
