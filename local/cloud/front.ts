/** The one HTTP server of the local run: the API, the simulators and the issuer. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { notFound, Problem, sendProblem } from './http.ts';

/** Serves requests whose path it claims; `path` is without the query. */
export interface Service {
  serves(path: string): boolean;
  handle(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> | void;
}

export interface Front {
  add(service: Service): void;
  /** Takes no more connections; settles when the requests in flight have ended. */
  drain(): Promise<void>;
  /** Ends what is still open. */
  stop(): void;
}

/** Listens on the loopback. Throws with advice when the port is taken. */
export async function startFront(port: number): Promise<Front> {
  const services: Service[] = [];
  const server = createServer(async (req, res) => {
    const path = (req.url ?? '/').split('?')[0] ?? '/';
    const service = services.find((one) => one.serves(path));
    if (services.length === 0) return sendProblem(res, new Problem(503, 'Starting', 'The local run is not ready yet.'));
    if (!service) return sendProblem(res, notFound(`Nothing is served at ${path}.`));
    try {
      await service.handle(req, res, path);
    } catch (error) {
      // The caller went away, or a bug of the local run; either way the other requests go on.
      if (req.destroyed && !req.complete) return;
      console.error(`${req.method} ${path} failed:`, error);
      if (res.headersSent) return res.destroy();
      sendProblem(res, new Problem(500, 'Internal server error', 'The local run failed; its console says why.'));
    }
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`port ${port} is in use; stop what uses it, or choose another: PORT=${port + 1} npm start`);
  }
  return {
    add: (service) => void services.push(service),
    drain: () => new Promise((resolve) => server.close(() => resolve())),
    stop: () => server.closeAllConnections(),
  };
}
