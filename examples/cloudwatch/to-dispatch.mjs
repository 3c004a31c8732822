/**
 * CloudWatch alarm as SNS delivers it over HTTPS → dispatch. One alarm is one incident. With raw message delivery
 * there is no envelope; that is understood too.
 *
 *   node examples/cloudwatch/to-dispatch.mjs [recipientId] < alarm.json
 *
 * Verify the SNS signature before you come here: this only converts.
 */
import { firstOf, incidentId, line, main, object, objects, priorityOf, text, time, url } from '../fields.mjs';

function convert(envelope, recipientId) {
  const alarm = object(typeof envelope?.Message === 'string' ? parse(envelope) : envelope);
  const arn = typeof alarm.AlarmArn === 'string' ? alarm.AlarmArn : '';
  const name = firstOf(255, alarm.AlarmName, arn.split(':').slice(6).join(':'));
  if (!name) throw new Error('This is no CloudWatch alarm: it has no AlarmName.');
  const fullName = typeof alarm.AlarmName === 'string' ? alarm.AlarmName : name;
  const isOk = alarm.NewStateValue === 'OK';
  const noData = alarm.NewStateValue === 'INSUFFICIENT_DATA' ? 'No data: ' : '';
  const trigger = object(alarm.Trigger);
  const description = text(alarm.AlarmDescription, 4096);

  return {
    incident: {
      // Names are unique per account and region only; the ARN is everywhere.
      id: incidentId(name, arn || `${alarm.AWSAccountId}/${alarm.Region}/${fullName}`),
      title: line(`${noData}${titleOf(description) ?? name}`, 200),
      description: text(
        [text(alarm.NewStateReason, 4096), measured(trigger), description].filter(Boolean).join('\n'),
        4096,
      ),
      priority: priorityOf(severityOf(description)),
      service: firstOf(64, ...servicesOf(trigger), name),
      triggeredAt: time(alarm.StateChangeTime),
      url: url(consoleUrl(arn, fullName)),
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
const titleOf = (description) =>
  line(description?.split('\n')[0].replace(/[([]?\bseverity\s*[=:]\s*"?\w+"?[)\]]?[.,;]?/i, ''), 200);

/** What may name the thing that is watched, best first; composite alarms have none of it. */
function servicesOf({ Dimensions, Namespace }) {
  const all = objects(Dimensions);
  const named = all.filter(({ name }) => ['ServiceName', 'Service', 'ApiName', 'FunctionName'].includes(name));
  return [...named, ...all].map(({ value }) => value).concat(Namespace);
}

/** `AWS/ApiGateway 5XXError: Average GreaterThanThreshold 0.05, 3 × 60 s`, as far as it is known. */
function measured(trigger) {
  const of = (name) => line(trigger[name], 256);
  if (!of('MetricName')) return undefined;
  const metric = [of('Namespace'), of('MetricName')].filter(Boolean).join(' ');
  const bound = [of('Statistic') ?? 'value', of('ComparisonOperator'), of('Threshold')].filter(Boolean).join(' ');
  const periods = of('EvaluationPeriods') && of('Period') ? `, ${of('EvaluationPeriods')} × ${of('Period')} s` : '';
  return `${metric}: ${bound}${periods}`;
}

function consoleUrl(arn, name) {
  const [, partition, , region] = arn.split(':');
  if (partition !== 'aws' || !region) return undefined;
  const alarm = encodeURIComponent(name.toWellFormed());
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${alarm}`;
}

main(convert);
