/** Every problem that the doctor knows by name, and how to mend it. Names are stable: scripts go by them. */
export const PROBLEMS = {
  'node-too-old': 'Install Node 20.19 or newer.',
  'settings-missing':
    'Set the variable in the environment or in .env. Meta shows the ids on the page "API Setup" of the app.',
  'settings-malformed': 'Copy the value again, without quotes, spaces and line breaks.',
  'graph-version-old': 'Set WHATSAPP_GRAPH_VERSION (option graph.version) to v25.0, or remove it.',
  'meta-unreachable': 'Allow this machine to connect to the address by HTTPS: look at the firewall, the proxy and DNS.',
  'clock-off': 'Let the machine set its clock by NTP, such as with `timedatectl set-ntp true`.',
  'token-invalid':
    'Generate a new token of a system user in the settings of the business portfolio, and set WHATSAPP_ACCESS_TOKEN.',
  'token-expires': 'Generate a token that never expires, of a system user, in the settings of the business portfolio.',
  'token-missing-permission':
    'Generate the token again with whatsapp_business_messaging and whatsapp_business_management.',
  'app-secret-missing':
    'The app demands a proof with each call: set WHATSAPP_APP_SECRET, and the option graph.appSecretProof.',
  'app-secret-wrong': 'Copy the app secret from "App settings", "Basic", of the app that the token was made for.',
  'account-not-visible':
    'Check WHATSAPP_BUSINESS_ACCOUNT_ID, and give the system user of the token full control of that account.',
  'account-restricted': 'Open WhatsApp Manager: it says why, and takes an appeal.',
  'payment-missing': 'Add a payment method to the account, in the billing settings of WhatsApp Manager.',
  'phone-number-not-in-account':
    'Set WHATSAPP_PHONE_NUMBER_ID to one of the ids of the account. It is an id, not the number that people dial.',
  'phone-number-not-registered':
    'Register it with a PIN of six digits: AccountsService.registerPhoneNumber(phoneNumberId, pin), or WhatsApp Manager.',
  'phone-number-restricted': 'Open the phone number in WhatsApp Manager: it says why, and until when.',
  'display-name-declined': 'Ask for another display name in WhatsApp Manager.',
  'quality-low':
    'Send less marketing, and only to people who asked for it: Meta lowers the messaging limit of a number that people block.',
  'template-missing':
    'Create the template in WhatsApp Manager, or correct its name and language: `npx nestjs-whatsapp templates` lists them.',
  'template-not-approved':
    'Wait for the approval, or edit the template in WhatsApp Manager: only approved ones are sent.',
  'webhook-not-subscribed':
    'Run `npx nestjs-whatsapp webhook subscribe`, or call AccountsService.subscribeApp(businessAccountId).',
  'webhook-not-configured':
    'Enter the address and the verify token of the app on its page "WhatsApp", "Configuration".',
  'webhook-field-missing': 'Subscribe to the field `messages` on the page "WhatsApp", "Configuration", of the app.',
  'webhook-goes-elsewhere':
    'Correct the address on the page "WhatsApp", "Configuration", of the app, or remove the override of the account or number.',
  'webhook-unreachable':
    'Start the app with `surfaces: { webhook: true }`, and make its address reachable: the path is /whatsapp/webhook by default.',
  'webhook-verify-token-wrong':
    'Give the option webhook.verifyToken and WHATSAPP_VERIFY_TOKEN the same value, the one that was entered at Meta.',
  'database-unreachable': 'Start the database, and check DATABASE_URL: host, port, user, password and name.',
  'migrations-missing':
    'Add `...whatsappMigrations` to the migrations of the data source, and run them: `migrationsRun: true` does at the start.',
  'redis-unreachable': 'Start Redis, and check REDIS_URL: host, port and password.',
  'redis-evicting': 'Set `maxmemory-policy noeviction` in the configuration of Redis: a queue must not lose keys.',
} as const satisfies Readonly<Record<string, string>>;

/** Name of a problem. */
export type ProblemName = keyof typeof PROBLEMS;
