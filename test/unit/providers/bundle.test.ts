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
  it('sending loads its Messages resource and nothing like the whole package', async () => {
    const { kb, inputs } = await bundle('sms/twilio.ts');
    expect(kb).toBeLessThan(60);
    expect(inputs.some((path) => path.endsWith('v2010/account/message.js'))).toBe(true);
    expect(inputs.filter((path) => path.includes('/axios/'))).toEqual([]);
  });

  it('receipts and signatures load no REST client', async () => {
    const { kb, inputs } = await bundle('sms/twilio-receipts.ts', 'twilio-signature.ts');
    expect(kb).toBeLessThan(14);
    expect(inputs.filter((path) => path.includes('twilio/lib/rest'))).toEqual([]);
  });

  it('calls load their resource, and what answers in them loads no REST client', async () => {
    expect((await bundle('voice/twilio-voice.ts')).kb).toBeLessThan(260);
    const { kb, inputs } = await bundle('voice/twilio-voice-receipts.ts', 'voice/twiml.ts', 'twilio-signature.ts');
    expect(kb).toBeLessThan(110);
    expect(inputs.filter((path) => path.includes('twilio/lib/rest'))).toEqual([]);
  });
});
