/**
 * Prometheus Alertmanager webhook (version 4) → dispatch. One group is one incident.
 *
 *   node examples/alertmanager/to-dispatch.mjs [recipientId] < firing.json
 */
import { firstOf, incidentId, line, loudest, main, object, objects, priorityOf, text, time, url } from '../fields.mjs';

function convert(given, recipientId) {
  const webhook = object(given);
  const all = objects(webhook.alerts);
  if (typeof webhook.groupKey !== 'string' || (all.length === 0 && webhook.status === undefined)) {
    throw new Error('This is no Alertmanager webhook: it has no groupKey, or neither alerts nor a status.');
  }
  const isResolved = webhook.status === 'resolved';
  // A firing group also lists what has resolved since; that is no news for the person who is woken.
  const alerts = all.filter((alert) => isResolved || alert.status !== 'resolved');
  const told = alerts.length > 0 ? alerts : all;
  const count = countOf(told, webhook.truncatedAlerts);
  const groupLabels = object(webhook.groupLabels);
  const common = { ...groupLabels, ...object(webhook.commonLabels) };
  const notes = object(webhook.commonAnnotations);
  const team = line(common.team, 100);
  const severities = told.map(({ labels }) => object(labels).severity);

  return {
    incident: {
      // groupLabels are part of the group's key, so the name stays while the group lives; commonLabels may change.
      id: incidentId(groupLabels.alertname, webhook.groupKey),
      title: titleOf(told, common, notes, count),
      description: text(descriptionOf(told, notes, count), 4096),
      priority: loudest((severities.length > 0 ? severities : [common.severity]).map(priorityOf)),
      service: firstOf(64, common.service, common.app, common.job, common.namespace, common.alertname) ?? 'unknown',
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

/** With `max_alerts` Alertmanager leaves some out, and says how many. */
function countOf(told, truncated) {
  const more = Number(truncated);
  return told.length + (more > 0 ? Math.min(Math.trunc(more), 1_000_000) : 0);
}

function titleOf(alerts, common, notes, count) {
  const [first = {}] = alerts;
  const own = alerts.length === 1 ? object(first.annotations).summary : undefined;
  const more = count <= 1 ? '' : ` (${count} alerts)`;
  const title = firstOf(200 - more.length, notes.summary, own, common.alertname, object(first.labels).alertname);
  return `${title ?? 'Alert without a name'}${more}`;
}

function descriptionOf(alerts, notes, count) {
  const address = line(notes.runbook_url, 2048);
  const runbook = address ? [`Runbook: ${address}`] : [];
  const left = count > alerts.length ? [`and ${count - alerts.length} more that Alertmanager left out`] : [];
  return [...runbook, ...alerts.map(describe), ...left].join('\n');
}

function describe({ status, labels, annotations, startsAt, endsAt }) {
  const { alertname, severity, ...others } = object(labels);
  const { description, summary } = object(annotations);
  const where = Object.entries(others).flatMap(([name, value]) => {
    const shown = line(value, 1024);
    return shown ? [`${name}=${shown}`] : [];
  });
  const when = status === 'resolved' ? `resolved ${time(endsAt) ?? ''}` : `since ${time(startsAt) ?? 'unknown'}`;
  const what = [description, summary, alertname].map((one) => text(one, 4096)).find(Boolean) ?? 'alert';
  return `- ${what} [${[line(severity, 64), ...where].filter(Boolean).join(' ')}] ${when}`.trimEnd();
}

main(convert);
