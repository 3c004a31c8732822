/**
 * Starts what the templates declare, in the order in which one thing needs another, and stops it in reverse.
 * One file because that order is all it holds.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureAssembly } from './assembly.ts';
import { readDeclared } from './declared.ts';
import { writePrivately } from './files.ts';
import { startFront } from './front.ts';
import { checkBundles, createHosts, startPollers } from './functions.ts';
import { createGateway } from './gateway/gateway.ts';
import { createAsyncInvoker } from './lambda/async-invoke.ts';
import { LOCK_FILES, takeLock } from './lock.ts';
import { openLogs } from './logs.ts';
import type { CloudOptions } from './options.ts';
import { telling } from './progress.ts';
import { createSchedules } from './schedules.ts';
import { ensureTable } from './services/dynamodb.ts';
import { startEventBridge } from './services/eventbridge.ts';
import { startIssuer } from './services/issuer.ts';
import { startScheduler } from './services/scheduler.ts';
import { generatedSecrets, startSecrets } from './services/secrets.ts';
import { ensureQueue } from './services/sqs.ts';
import { startStepFunctions } from './services/stepfunctions.ts';
import { startInThread } from './services/threads.ts';
import { createLogRouter } from './subscriptions.ts';
import { ACCOUNT, REGION } from './template/resolver.ts';
import { readStacks } from './template/template.ts';

/** What is in flight may take this long when the run is stopped: a batch, or a step of the start. */
const GRACE_MS = 2500;

/** The parts that run, each with how it is stopped. `stop` may be called while a start is still going on. */
export class Cloud {
  readonly #stops: (() => Promise<void> | void)[] = [];
  readonly #aborted = new AbortController();

  #starting: Promise<void> = Promise.resolve();
  #bundles = async () => {};

  /** Brings everything up; when it returns, everything answers and credentials.json is written. */
  start(options: CloudOptions): Promise<void> {
    this.#starting = this.#start(options);
    return this.#starting;
  }

  /** Loads every function that nothing has called yet, once everything is up. Throws naming the first that does not load. */
  async check(): Promise<void> {
    await this.#bundles();
  }

  /** Stops everything that has started, last first. */
  async stop(): Promise<void> {
    this.#aborted.abort();
    const settled = this.#starting.catch(() => {});
    await Promise.race([settled, sleep(GRACE_MS, undefined, { ref: false })]);
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) await stop();
  }

  async #start({
    port,
    dataDir,
    fresh,
    speed,
    overrides,
    elsewhere,
    surround,
    log: say,
    ...app
  }: CloudOptions): Promise<void> {
    const log = (line: string) => {
      this.#aborted.signal.throwIfAborted();
      say(line);
    };
    const base = `http://127.0.0.1:${port}`;
    mkdirSync(dataDir, { recursive: true });
    this.#onStop(takeLock(dataDir));
    if (fresh) {
      for (const name of readdirSync(dataDir))
        if (!LOCK_FILES.includes(name)) rmSync(join(dataDir, name), { recursive: true });
      log('dropped the state of earlier runs');
    }
    const front = await startFront(port);
    this.#onStop(() => front.stop());

    const assemblyDir = join(dataDir, 'assembly');
    log('reading the stacks; synthesizing them first where a source has changed');
    const synth = await ensureAssembly({
      ...app,
      dir: assemblyDir,
      progress: say,
      signal: this.#aborted.signal,
    });
    const stacks = readStacks(assemblyDir);
    log(
      `${synth === 'unchanged' ? 'stacks unchanged' : 'synthesized'}: ${stacks.map((stack) => stack.name).join(', ')}`,
    );

    const logs = openLogs(join(dataDir, 'logs'));
    this.#onStop(() => logs.close());
    const secretValues = new Map<string, string>();
    const router = createLogRouter();
    const topics = new Set<string>();
    const eventBridge = await this.#keep(startEventBridge());
    const starting = Promise.all([
      this.#keep(startInThread('dynamodb', join(dataDir, 'dynamodb'))),
      this.#keep(startInThread('sqs', join(dataDir, 'sqs'))),
      this.#keep(startSecrets(secretValues)),
      this.#keep(startStepFunctions(join(dataDir, 'stepfunctions.sqlite'))),
      this.#keep(startScheduler(join(dataDir, 'scheduler.json'))),
      startIssuer(`${base}/local/issuer`, join(dataDir, 'identity.json')),
      this.#keep(
        surround({
          dataDir,
          base,
          log,
          textLog: `sns/${REGION}/${ACCOUNT}/DirectPublishToPhoneNumber`,
          deliverLine: router.deliver,
          deliverEvent: eventBridge.deliver,
          isTopic: (arn) => topics.has(arn),
        }),
      ),
    ]);
    const [dynamodb, sqs, secrets, stepFunctions, scheduler, issuer, surroundings] = await telling(
      say,
      () => 'starting services',
      starting,
    );
    log(
      'services are up: DynamoDB, SQS, Secrets Manager, Step Functions, Scheduler, EventBridge, issuer, and what is around them',
    );
    const urls = {
      dynamodb: dynamodb.url,
      sqs: sqs.url,
      secrets: secrets.url,
      sfn: stepFunctions.url,
      scheduler: scheduler.url,
      eventbridge: eventBridge.url,
      ...elsewhere,
    };

    const declared = readDeclared(stacks, { assemblyDir, urls, issuer: `${base}/local/issuer`, overrides });
    for (const arn of declared.topics) topics.add(arn);
    const generated = generatedSecrets(join(dataDir, 'secrets.json'));
    for (const { arn, isGenerated } of declared.secrets) {
      secretValues.set(arn, isGenerated ? generated(arn) : surroundings.secret);
    }
    const made = Promise.all([
      ...declared.tables.map((table) => ensureTable(dynamodb.url, table)),
      ...declared.queues.map((queue) => ensureQueue(sqs.url, queue)),
    ]);
    await telling(say, () => 'making tables and queues', made);
    log(`${declared.tables.length} table(s) and ${declared.queues.length} queues are there`);

    const hosts = createHosts(declared, logs, say);
    this.#onStop(() => stopAll(hosts.values()));
    // Before the functions are stopped, or their end would pass for the tasks' failure.
    this.#onStop(() => stepFunctions.halt());
    const lambda = createAsyncInvoker({
      configs: declared.asyncConfigs,
      hosts,
      sqsUrl: sqs.url,
      speed,
    });
    this.#onStop(() => lambda.stop());
    router.connect(declared.subscriptions, lambda);
    this.#onStop(() => router.disconnect());
    eventBridge.connect({ ...declared, hosts, sqsUrl: sqs.url });
    this.#onStop(() => eventBridge.disconnect());
    const schedules = createSchedules(declared.schedules, lambda, speed);
    const gateway = createGateway(declared.api, hosts, logs.open('api-access'));
    // Calls that come early wait, so that the first answers rest on health checks that were made.
    const checked = Promise.withResolvers<void>();
    front.add({
      ...gateway,
      handle: (req, res, path) => checked.promise.then(() => gateway.handle(req, res, path)),
    });
    for (const service of surroundings.services) front.add(service);
    const issuerPath = '/local/issuer';
    front.add({
      serves: (path) => path.startsWith(`${issuerPath}/`),
      handle: (req, res, path) => issuer.handle(req, res, path.slice(issuerPath.length)),
    });
    this.#bundles = () => checkBundles(hosts, logs, say);
    stepFunctions.run(declared.machines, { hosts, sqsUrl: sqs.url, dynamodbUrl: dynamodb.url, speed });
    await telling(say, () => 'the schedules run once before the first answer', schedules.firstRuns());
    checked.resolve();
    log(`${declared.api.routes.length} routes answer, by ${hosts.size} functions that load when they are called`);

    schedules.start();
    scheduler.run(sqs.url);
    const pollers = startPollers(declared, sqs.url, hosts.values());
    this.#onStop(async () => {
      const done = Promise.all([front.drain(), stopAll([...pollers, schedules])]);
      await Promise.race([done, sleep(GRACE_MS, undefined, { ref: false })]);
    });
    const credentials = { apiUrl: `${base}/api`, consoleUrl: `${base}/`, tokens: await issuer.mint() };
    writePrivately(join(dataDir, 'credentials.json'), `${JSON.stringify(credentials, null, 2)}\n`);
  }

  #onStop(stop: () => Promise<void> | void): void {
    this.#stops.push(stop);
  }

  async #keep<Part extends { stop(): Promise<void> }>(starting: Promise<Part>): Promise<Part> {
    const part = await starting;
    this.#onStop(() => part.stop());
    return part;
  }
}

const stopAll = async (parts: Iterable<{ stop(): Promise<void> }>): Promise<void> => {
  await Promise.all([...parts].map((part) => part.stop()));
};
