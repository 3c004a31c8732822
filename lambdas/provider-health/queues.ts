import type { QueueDepth } from '../core/health.ts';
import type { QueueTarget } from './measure.ts';

interface Urls {
  SMS_URGENT_QUEUE_URL: string;
  SMS_NORMAL_QUEUE_URL: string;
  SMS_DEAD_LETTER_QUEUE_URL: string;
  RECEIPT_CHECK_QUEUE_URL: string;
  RECEIPT_CHECK_DEAD_LETTER_QUEUE_URL: string;
  STOP_QUEUE_URL: string;
  STOP_DEAD_LETTER_QUEUE_URL: string;
}

/** The queues that GET /health/details shows, by the names it shows them under. */
export function queuesOf(depth: (url: string) => Promise<QueueDepth>, urls: Urls) {
  const sms = { takesPages: true, deadLetters: 'sms-dead-letters' };
  const queues: QueueTarget[] = [
    { name: 'sms-urgent', depth: () => depth(urls.SMS_URGENT_QUEUE_URL), ...sms },
    { name: 'sms-normal', depth: () => depth(urls.SMS_NORMAL_QUEUE_URL), ...sms },
    { name: 'stops', takesPages: false, depth: () => depth(urls.STOP_QUEUE_URL), deadLetters: 'stop-dead-letters' },
    {
      name: 'receipt-checks',
      takesPages: false,
      depth: () => depth(urls.RECEIPT_CHECK_QUEUE_URL),
      deadLetters: 'receipt-check-dead-letters',
    },
  ];
  const deadLetterQueues = {
    'sms-dead-letters': () => depth(urls.SMS_DEAD_LETTER_QUEUE_URL),
    'stop-dead-letters': () => depth(urls.STOP_DEAD_LETTER_QUEUE_URL),
    'receipt-check-dead-letters': () => depth(urls.RECEIPT_CHECK_DEAD_LETTER_QUEUE_URL),
  };
  return { queues, deadLetterQueues };
}
