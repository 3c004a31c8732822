import type { GroupName, GroupStore, Member, Slot } from '../../lambdas/core/suppression/groups.ts';
import type { HoldItem, HoldStore, ReleaseMessage, WindowStore } from '../../lambdas/core/suppression/ports.ts';
import type { MaintenanceWindow } from '../../lambdas/core/suppression/window.ts';
import { copyOf } from './copy.ts';

/** The stores behind holds, in memory, with the conditions of the real ones; test/stores holds both to one suite. */
/** `peek` gives the stored windows, for looking at only. */
export function memoryWindows(): WindowStore & { peek(): MaintenanceWindow[] } {
  const rows = new Map<string, MaintenanceWindow>();
  const isAt = (id: string, expected: number) => (rows.get(id)?.version ?? 0) === expected;
  return {
    peek: () => [...rows.values()],
    get: async (id) => copyOf(rows.get(id)),
    async put(window, expected) {
      if (!isAt(window.id, expected)) return 'conflict';
      rows.set(window.id, copyOf(window));
      return 'saved';
    },
    async delete(id, expected) {
      if (!isAt(id, expected)) return 'conflict';
      rows.delete(id);
      return 'deleted';
    },
    list: async () => copyOf([...rows.values()]),
  };
}

/** `peek` gives the stored items, for looking at only. */
export function memoryHolds(): HoldStore & { peek(): HoldItem[] } {
  const rows = new Map<string, HoldItem>();
  const nameOf = ({ recipientId, pageId }: Pick<HoldItem, 'recipientId' | 'pageId'>) => `${recipientId}#${pageId}`;
  return {
    peek: () => [...rows.values()],
    put: async (hold) => void rows.set(nameOf(hold), copyOf(hold)),
    remove: async (hold) => void rows.delete(nameOf(hold)),
    ofRecipient: async (recipientId) => copyOf([...rows.values()].filter((hold) => hold.recipientId === recipientId)),
    list: async () => copyOf([...rows.values()]),
  };
}

/** `peek` gives what messages of a page have listed, for looking at only. */
export function memoryGroups(): GroupStore & { peek(carrier: string): ReadonlySet<string> } {
  const groups = new Map<string, Map<string, Member>>();
  const slots = new Map<string, Slot>();
  const lists = new Map<string, Set<string>>();
  const nameOf = ({ recipientId, group }: GroupName) => `${recipientId} ${group}`;
  const membersOf = (name: GroupName) => copyOf([...(groups.get(nameOf(name))?.values() ?? [])]);
  return {
    peek: (carrier) => lists.get(carrier) ?? new Set(),
    async join(name, members) {
      const all = groups.get(nameOf(name)) ?? new Map<string, Member>();
      groups.set(nameOf(name), all);
      for (const member of members) if (!all.has(member.pageId)) all.set(member.pageId, copyOf(member));
      const horizon = Math.max(...members.map(({ at }) => at)) - 3_600_000;
      return membersOf(name).filter(({ at }) => at >= horizon);
    },
    members: async (name) => membersOf(name),
    slot: async (name, channel) => copyOf(slots.get(`${nameOf(name)} ${channel}`)),
    async take(name, channel, seen, slot) {
      const stored = slots.get(`${nameOf(name)} ${channel}`);
      if (stored?.carrier !== seen?.carrier || stored?.at !== seen?.at) return false;
      slots.set(`${nameOf(name)} ${channel}`, copyOf(slot));
      return true;
    },
    list: async (carrier, listed) => void lists.set(carrier, new Set([...(lists.get(carrier) ?? []), ...listed])),
    listed: async (carrier) => [...(lists.get(carrier) ?? [])],
  };
}

/** Keeps what it was sent until somebody takes it. */
export function memoryReleases() {
  const messages: ReleaseMessage[] = [];
  return { messages, send: async (message: ReleaseMessage, _delayMs: number) => void messages.push(message) };
}
