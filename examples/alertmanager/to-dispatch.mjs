/**
 * Prometheus Alertmanager webhook (version 4) → dispatch. One group is one incident.
 *
 *   node examples/alertmanager/to-dispatch.mjs [recipientId] < firing.json
 */
import { incidentId, line, loudest, main, priorityOf, text, time, url } from '../fields.mjs';

function convert(webhook, recipientId) {
  if (!Array.isArray(webhook?.alerts) || webhook.alerts.length === 0 || typeof webhook.groupKey !== 'string') {
    throw new Error('This is no Alertmanager webhook: it has no groupKey, or no alerts.');
  }
  const isResolved = webhook.status === 'resolved';
  // A firing group also lists what has resolved since; that is no news for the person who is woken.
  const alerts = webhook.alerts.filter((alert) => isResolved || alert.status !== 'resolved');
  const told = alerts.length > 0 ? alerts : webhook.alerts;
  // With `max_alerts` Alertmanager leaves some out.
  const count = told.length + (Number(webhook.truncatedAlerts) || 0);
  const common = { ...webhook.groupLabels, ...webhook.commonLabels };
  const notes = webhook.commonAnnotations ?? {};
  const team = line(common.team, 100);

  return {
    incident: {
      // groupLabels are part of the group's key, so the name stays while the group lives; commonLabels may change.
      id: incidentId(webhook.groupLabels?.alertname, webhook.groupKey),
      title: titleOf(told, common, notes, count),
      description: text(descriptionOf(told, notes, count), 4096),
      priority: loudest(told.map(({ labels }) => priorityOf(labels?.severity))),
      service:
        line(common.service ?? common.app ?? common.job ?? common.namespace ?? common.alertname, 64) ?? 'unknown',
      team: team && { name: team },
      alertCount: count,
      triggeredAt: told
        .map(({ startsAt }) => time(startsAt))
        .filter(Boolean)
        .sort()[0],
      url: url(notes.dashboard_url, told.length === 1 ? told[0].generatorURL : undefined, webhook.externalURL),
    },
    recipientId,
    type: isResolved ? 'resolution' : 'new_incident',
  };
}

function titleOf(alerts, common, notes, count) {
  const name = common.alertname ?? alerts[0].labels?.alertname;
  const shared = notes.summary ?? (alerts.length === 1 ? alerts[0].annotations?.summary : undefined);
  const more = count === 1 ? '' : ` (${count} alerts)`;
  return `${line(shared ?? name, 200 - more.length) ?? 'Alert without a name'}${more}`;
}

function descriptionOf(alerts, notes, count) {
  const runbook = notes.runbook_url && [`Runbook: ${notes.runbook_url}`];
  const left = count > alerts.length && [`and ${count - alerts.length} more that Alertmanager left out`];
  return [...(runbook || []), ...alerts.map(describe), ...(left || [])].join('\n');
}

function describe({ status, labels = {}, annotations = {}, startsAt, endsAt }) {
  const { alertname, severity, ...others } = labels;
  const where = Object.entries(others).map(([name, value]) => `${name}=${value}`);
  const when = status === 'resolved' ? `resolved ${time(endsAt) ?? ''}` : `since ${time(startsAt) ?? 'unknown'}`;
  const what = annotations.description ?? annotations.summary ?? alertname ?? 'alert';
  return `- ${what} [${[severity, ...where].filter(Boolean).join(' ')}] ${when}`.trimEnd();
}

main(convert);
