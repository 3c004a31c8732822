/** Every kind of state and every field that is known here, each with what the States Language says of it. */
import { describe, expect, it } from 'vitest';
import { FN, invoke, MACHINE, machine, machineWorld } from './world.ts';

describe('Pass', () => {
  it('hands its input on', async () => {
    expect(await machineWorld(machine({ A: { Type: 'Pass', End: true } })).run({ a: 1 })).toEqual({status: 'SUCCEEDED', output: { a: 1 }, seconds: 0 });
  });
});
