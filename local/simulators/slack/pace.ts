/** Slack takes one message a second and channel: https://docs.slack.dev/apis/web-api/rate-limits */
const INTERVAL_MS = 1_000;

/** Says when a channel has had enough. In memory: a second is not worth keeping over a restart. */
export class ChannelPace {
  private readonly interval: number;
  private readonly now: () => number;
  private readonly free = new Map<string, number>();

  /** @param speed how much faster than in the world the time between two messages passes */
  constructor(speed: number, now: () => number) {
    this.interval = INTERVAL_MS / speed;
    this.now = now;
  }

  /** Whether the channel takes a message now; if so, its second begins. */
  takes(channel: string): boolean {
    const now = this.now();
    if (now < (this.free.get(channel) ?? 0)) return false;
    this.free.set(channel, now + this.interval);
    return true;
  }
}
