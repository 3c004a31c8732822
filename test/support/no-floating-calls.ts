/** Every test fails whose handlers ended before what they had called. */
import { afterEach, expect } from 'vitest';
import { takeFloating } from './late-ports.ts';

afterEach(() => {
  expect(takeFloating(), 'calls that a handler did not await').toEqual([]);
});
