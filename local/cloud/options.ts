/** What a run hands the cloud, which knows nothing else of the project it runs. */
import type { SynthOptions } from './assembly.ts';
import type { Service } from './front.ts';
import type { ServiceUrls } from './lambda/spec.ts';
import type { EventBridge } from './services/eventbridge.ts';
import type { LogRouter } from './subscriptions.ts';

export interface CloudOptions extends Omit<SynthOptions, 'dir' | 'progress' | 'signal'> {
  port: number;
  /** State, logs, credentials: `.local`. */
  dataDir: string;
  /** Start without the state of earlier runs. */
  fresh: boolean;
  /** Waits are divided by this, work is real time. */
  speed: number;
  /** What functions get instead of what their template says, where it says anything. */
  overrides: Record<string, string>;
  /** Where functions find the services of AWS that are not here. */
  elsewhere: Pick<ServiceUrls, 'sns' | 'ses' | 'voice' | 'credentials'>;
  /** Starts what is around the cloud and is called by its functions, or calls them. */
  surround(cloud: Surrounded): Promise<Surroundings>;
  /** Takes a line of progress. */
  log(line: string): void;
}

/** What those around the cloud may use of it. */
export interface Surrounded {
  dataDir: string;
  /** The one address of the run, without a slash at its end. */
  base: string;
  log(line: string): void;
  /** The log group that SNS writes deliveries of texts into. */
  textLog: string;
  /** Whoever subscribes to a log group gets the line. */
  deliverLine: LogRouter['deliver'];
  /** What an AWS service tells the default bus. */
  deliverEvent: EventBridge['deliver'];
  /** Whether a template declares the topic. */
  isTopic(arn: string): boolean;
}

export interface Surroundings {
  /** What is in the secrets that a person fills in. */
  secret: string;
  /** Served under the one address. */
  services: readonly Service[];
  stop(): Promise<void>;
}
