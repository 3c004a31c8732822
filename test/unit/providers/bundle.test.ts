import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

async function bundle(...entries: string[]) {
  const contents = entries.map((entry) => `export * from './lambdas/providers/${entry}';`).join('\n');
  const result = await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    write: false,
    metafile: true,
  });
  return { kb: (result.outputFiles[0]?.contents.length ?? 0) / 1024, inputs: Object.keys(result.metafile.inputs) };
}

describe('what a Lambda pays for Twilio', () => {
  it('sending and calling load its base classes, and none of its resources', async () => {
    const { kb, inputs } = await bundle('sms/twilio.ts', 'voice/twilio-voice.ts');
    expect(kb).toBeLessThan(36);
    expect(inputs.some((path) => path.endsWith('twilio/lib/base/Version.js'))).toBe(true);
    expect(inputs.filter((path) => /twilio\/lib\/(rest|twiml)|xmlbuilder|axios/.test(path))).toEqual([]);
  });

  it('receipts and signatures load no REST client', async () => {
    const { kb, inputs } = await bundle('sms/twilio-receipts.ts', 'twilio-signature.ts');
    expect(kb).toBeLessThan(14);
    expect(inputs.filter((path) => path.includes('twilio/lib/rest'))).toEqual([]);
  });

  it('what answers in calls loads no REST client', async () => {
    const { kb, inputs } = await bundle(
      'voice/twilio-voice-receipts.ts',
      'voice/twiml-speech.ts',
      'twilio-signature.ts',
    );
    expect(kb).toBeLessThan(110);
    expect(inputs.filter((path) => path.includes('twilio/lib/rest'))).toEqual([]);
  });
});
