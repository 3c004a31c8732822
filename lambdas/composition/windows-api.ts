import { createDeleteWindow, createGetWindow, createListWindows, createPutWindow } from '../api/maintenance-windows.ts';
import type { Ports } from './ports.ts';

/** Keeps maintenance windows. */
export const windowsApi = (ports: Pick<Ports, 'windows' | 'releases' | 'audit' | 'clock'>) => ({
  listMaintenanceWindows: createListWindows(ports),
  getMaintenanceWindow: createGetWindow(ports),
  putMaintenanceWindow: createPutWindow(ports),
  deleteMaintenanceWindow: createDeleteWindow(ports),
});
