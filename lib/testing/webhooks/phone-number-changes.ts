import { recipientKey } from '../records/records.js';
import { secondsOf, type Change } from './update.js';

/** The business portfolio has another messaging limit. */
export function limitChange(messagingLimit: string): Change {
  const value = {
    max_daily_conversations_per_business: messagingLimit,
    max_phone_numbers_per_business: 20,
    max_phone_numbers_per_waba: 20,
  };
  return { field: 'business_capability_update', value };
}

/** The number may send faster. */
export function throughputChange(digits: string, messagingLimit: string): Change {
  const value = {
    display_phone_number: digits,
    event: 'THROUGHPUT_UPGRADE',
    current_limit: messagingLimit,
    max_daily_conversations_per_business: messagingLimit,
  };
  return { field: 'phone_number_quality_update', value };
}

/** A user wants no marketing messages any more, or wants them again. */
export function preferenceChange(user: string, value: 'stop' | 'resume', at: number): Change {
  const waId = recipientKey(user);
  const detail =
    value === 'stop' ? 'User requested to stop marketing messages' : 'User requested to resume marketing messages';
  const preference = { wa_id: waId, detail, category: 'marketing_messages', value, timestamp: secondsOf(at) };
  return {
    field: 'user_preferences',
    value: {
      contacts: [{ profile: { name: 'Sample Customer' }, wa_id: waId }],
      user_preferences: [preference],
    },
  };
}
