/** What the app is subscribed to by default: the fields that say what happens to messages, numbers and templates. */
const WEBHOOK_FIELDS = [
  'account_update',
  'message_template_status_update',
  'messages',
  'phone_number_quality_update',
  'template_category_update',
];

/**
 * The app at Meta that the access tokens were made for. What is not `readonly` may be changed while a test runs.
 *
 * @publicApi
 */
export class App {
  /** The app's id. */
  readonly id = '67084829086449';
  /** The app's name. */
  readonly name = 'Stand-in App';
  /** What its tokens may do: without `whatsapp_business_messaging` nothing is sent, without the other nothing is read. */
  permissions: readonly string[] = ['whatsapp_business_management', 'whatsapp_business_messaging'];
  /** When its tokens end, in epoch milliseconds; undefined: never. */
  tokenExpiresAt: number | undefined;
  /** The webhook fields that the app is subscribed to. */
  webhookFields: readonly string[] = WEBHOOK_FIELDS;
}
