import type { HoldItem, HoldStore, ReleaseMessage, WindowStore } from '../../lambdas/core/restraint/ports.ts';
import type { MaintenanceWindow } from '../../lambdas/core/restraint/window.ts';

/** The stores behind holds, in memory, with the conditions of the real ones; test/stores holds both to one suite. */
export function memoryWindows(): WindowStore {
  const rows = new Map<string, MaintenanceWindow>();
  const isAt = (id: string, expected: number) => (rows.get(id)?.version ?? 0) === expected;
  return {
    get: async (id) => structuredClone(rows.get(id)),
    async put(window, expected) {
      if (!isAt(window.id, expected)) return 'conflict';
      rows.set(window.id, structuredClone(window));
      return 'saved';
    },
    async delete(id, expected) {
      if (!isAt(id, expected)) return 'conflict';
      rows.delete(id);
      return 'deleted';
    },
    list: async () => structuredClone([...rows.values()]),
  };
}

export function memoryHolds(): HoldStore {
  const rows = new Map<string, HoldItem>();
  const nameOf = ({ recipientId, pageId }: Pick<HoldItem, 'recipientId' | 'pageId'>) => `${recipientId}#${pageId}`;
  return {
    put: async (hold) => void rows.set(nameOf(hold), structuredClone(hold)),
    remove: async (hold) => void rows.delete(nameOf(hold)),
    ofRecipient: async (recipientId) =>
      structuredClone([...rows.values()].filter((hold) => hold.recipientId === recipientId)),
    list: async () => structuredClone([...rows.values()]),
  };
}

/** Keeps what it was sent until somebody takes it. */
export function memoryReleases() {
  const messages: ReleaseMessage[] = [];
  return { messages, send: async (message: ReleaseMessage) => void messages.push(message) };
}
