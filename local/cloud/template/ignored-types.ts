/**
 * Resource types that the local run deliberately starts nothing for, each with the reason why leaving it out cannot
 * make a local success fail in AWS, or who checks it instead.
 */
export const IGNORED_TYPES: Record<string, string> = {
  'AWS::IAM::Role': 'no IAM locally: grants are asserted in test/infra',
  'AWS::IAM::Policy': 'no IAM locally: grants are asserted in test/infra',
  'AWS::IAM::ManagedPolicy': 'no IAM locally: grants are asserted in test/infra',
  'AWS::Lambda::Permission': 'no IAM locally: grants are asserted in test/infra',
  'AWS::SQS::QueuePolicy': 'no IAM locally: grants are asserted in test/infra',
  'AWS::SecretsManager::ResourcePolicy': 'no IAM locally: grants are asserted in test/infra',
  'AWS::KMS::Key': 'nothing is encrypted at rest locally',
  'AWS::KMS::Alias': 'nothing is encrypted at rest locally',
  'AWS::Logs::LogGroup': 'function output goes to .local/logs',
  'AWS::Logs::MetricFilter': 'no metrics locally',
  'AWS::CloudWatch::Alarm': 'no metrics locally: alarms are asserted in test/infra',
  'AWS::CloudWatch::CompositeAlarm': 'no metrics locally: alarms are asserted in test/infra',
  'AWS::CloudWatch::Dashboard': 'no metrics locally',
  'AWS::SES::ConfigurationSet': 'it is its name, which mails are sent with',
  'AWS::SES::ConfigurationSetEventDestination':
    'the simulated SES tells the default bus of every mail that was sent with a configuration set',
  'AWS::SNS::TopicPolicy': 'no IAM locally: grants are asserted in test/infra',
  'AWS::SNS::Subscription': 'what is published to topics is shown under /simulators/operations',
  'AWS::ApiGateway::Account': 'names the role that writes access logs',
  'AWS::ApiGateway::Deployment': 'a deployment freezes the routes, which are read from the template itself',
  'AWS::Cognito::UserPoolDomain': 'the local issuer needs no sign-in page',
  'AWS::Cognito::UserPoolGroup': 'local tokens carry scopes, not groups',
  'AWS::Cognito::UserPoolResourceServer': 'the local issuer grants the scopes of the contract',
  'AWS::CDK::Metadata': 'says which constructs were used',
};
