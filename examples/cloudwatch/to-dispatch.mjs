/**
 * CloudWatch alarm as SNS delivers it over HTTPS → dispatch. One alarm is one incident. With raw message delivery
 * there is no envelope; that is understood too.
 *
 *   node examples/cloudwatch/to-dispatch.mjs [recipientId] < alarm.json
 *
 * Verify the SNS signature before you come here: this only converts.
 */
import { incidentId, line, main, priorityOf, text, time, url } from '../fields.mjs';

function convert(envelope, recipientId) {
  const alarm = typeof envelope?.Message === 'string' ? parse(envelope) : envelope;
  if (!alarm?.AlarmName || !alarm.NewStateValue) {
    throw new Error('This is no CloudWatch alarm: it has no AlarmName, or no NewStateValue.');
  }
  const isOk = alarm.NewStateValue === 'OK';
  const noData = alarm.NewStateValue === 'INSUFFICIENT_DATA' ? 'No data: ' : '';
  const trigger = alarm.Trigger ?? {};

  return {
    incident: {
      // Names are unique per account and region only; the ARN is everywhere.
      id: incidentId(alarm.AlarmName, alarm.AlarmArn ?? `${alarm.AWSAccountId}/${alarm.Region}/${alarm.AlarmName}`),
      title: line(`${noData}${firstLine(alarm.AlarmDescription) ?? alarm.AlarmName}`, 200),
      description: text(
        [alarm.NewStateReason, measured(trigger), alarm.AlarmDescription].filter(Boolean).join('\n'),
        4096,
      ),
      priority: priorityOf(severityOf(alarm.AlarmDescription)),
      service: line(serviceOf(trigger) ?? alarm.AlarmName, 64),
      triggeredAt: time(alarm.StateChangeTime),
      url: url(consoleUrl(alarm)),
    },
    recipientId,
    type: isOk ? 'resolution' : 'new_incident',
  };
}

function parse({ Type, Message }) {
  if (Type === 'SubscriptionConfirmation') {
    throw new Error('This asks to confirm the subscription: open its SubscribeURL once. It is no alarm.');
  }
  try {
    return JSON.parse(Message);
  } catch {
    throw new Error('This is no CloudWatch alarm: its Message is not JSON.');
  }
}

/** Alarms carry no severity. By convention the description says it: `severity=critical` or `severity: critical`. */
const severityOf = (description) => /\bseverity\s*[=:]\s*"?(\w+)/i.exec(description ?? '')?.[1];

/** The first line, without the severity. */
const firstLine = (description) =>
  line(
    (description ?? '')
      .trim()
      .split('\n')[0]
      .replace(/[([]?\bseverity\s*[=:]\s*"?\w+"?[)\]]?[.,;]?/i, ''),
    200,
  );

/** The dimension that names what is watched; composite alarms have none. */
function serviceOf({ Dimensions = [], Namespace }) {
  const value = (wanted) => Dimensions.find(({ name }) => wanted.includes(name))?.value;
  return value(['ServiceName', 'Service', 'ApiName', 'FunctionName']) ?? Dimensions[0]?.value ?? Namespace;
}

function measured({ Namespace, MetricName, Statistic, ComparisonOperator, Threshold, Period, EvaluationPeriods }) {
  if (!MetricName) return undefined;
  return `${Namespace} ${MetricName}: ${Statistic ?? 'value'} ${ComparisonOperator} ${Threshold}, ${EvaluationPeriods} × ${Period} s`;
}

function consoleUrl({ AlarmArn, AlarmName }) {
  const [, partition, , region] = (AlarmArn ?? '').split(':');
  if (partition !== 'aws' || !region) return undefined;
  const alarm = encodeURIComponent(AlarmName);
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${alarm}`;
}

main(convert);
