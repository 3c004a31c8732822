import { FIXED } from '../core/rules.ts';
import type { ReleaseMessage, Releases } from '../core/suppression/ports.ts';

/**
 * Writes what decides how long pages are held, and has the pages that are held by it looked at
 * (docs/spec/suppression.md#held: shortening or taking away quiet hours or a window releases what it held at once).
 *
 * Two messages are sent. The first one goes out before the write, so that a function that dies right after the write
 * leaves nobody held until the old end; it is hidden for longer than a function can live, or it could be handled before
 * the write. The second one goes out after the write and is the one that is in a hurry. A look that finds nothing to do
 * does nothing.
 * @param write answers whether it has written; without a write there is nothing to look at in a hurry
 */
export async function changeHolds(
  releases: Releases,
  about: ReleaseMessage,
  write: () => Promise<boolean>,
): Promise<boolean> {
  await releases.send(about, FIXED.lease);
  const isWritten = await write();
  if (isWritten) await releases.send(about, 0);
  return isWritten;
}
