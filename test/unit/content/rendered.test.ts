import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { renderings } from '../../../scripts/render-content.ts';

const FOLDER = new URL('../../rendered/', import.meta.url);

describe('what every channel sends is what was last looked at', () => {
  it.each(Object.entries(renderings()))('%s', async (name, text) => {
    expect(text, 'changed: node scripts/render-content.ts, and look at the diff').toBe(
      await readFile(new URL(name, FOLDER), 'utf8'),
    );
  });

  it('no file is left of what is no longer sent', async () => {
    const found = await readdir(FOLDER, { recursive: true, withFileTypes: true });
    const files = found
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => `${parentPath.split('/').at(-1)}/${name}`);
    expect(files.toSorted()).toEqual(Object.keys(renderings()).toSorted());
  });
});
