/**
 * Whether SNS would take our notifications: its answer to a question about the apps of this account and region. Whether
 * an app's own credentials still hold shows only when sending.
 */
import { ListPlatformApplicationsCommand } from '@aws-sdk/client-sns';
import type { CheckResult, ProviderCheck } from '../../core/health/ports.ts';
import { ours } from '../faults.ts';
import { judge, type SnsCheckOptions } from '../sms/sns-check.ts';

/** Makes the check of the push channel through SNS. It never throws. */
export function createSnsPushCheck({ client, timeoutMs }: SnsCheckOptions): ProviderCheck {
  async function check(): Promise<CheckResult> {
    try {
      const reply = await client.send(new ListPlatformApplicationsCommand({}), { requestTimeout: timeoutMs });
      if (reply.PlatformApplications) return { finding: 'ok' };
      return {
        finding: 'failing',
        fault: ours('garbage', 'provider_fault', 'answered with something that is no list'),
      };
    } catch (error) {
      return judge(error);
    }
  }
  return { provider: 'sns-push', channel: 'push', check };
}
