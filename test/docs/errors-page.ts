import { errorCatalogue, type MetaErrorEntry, type MetaErrorScope, type MetaReaction } from 'nestjs-whatsapp';

/** What the module does about an error, and what is left to a person, in words. */
const REACTIONS: Readonly<Record<MetaReaction, readonly [module: string, person: string]>> = {
  RETRY: ['tries again, later each time, up to five times', 'nothing, unless it lasts'],
  PAIR: ['puts this recipient off, longer each time; the others go on', 'send this person less at a time'],
  PHONE_SLOW: ['slows the number down and tries again', 'nothing'],
  API_SLOW: ['pauses the account for as long as Meta says, or a minute', 'nothing, unless it lasts'],
  PAUSE_PHONE: ['pauses the number', 'mend the cause, then resume the number'],
  PAUSE_WABA: ['pauses the account', 'mend the cause, then resume the account'],
  WAIT_TIER: ['waits until the messaging limit has room', 'nothing, or ask Meta for a higher limit'],
  FAIL_RCPT: ['fails this recipient alone', 'check the number, or reach the person another way'],
  FAIL_RCPT_MKT: ['fails this recipient alone', 'send this person no marketing'],
  DEFER_24H: ['fails this recipient alone', 'try again after 24 hours'],
  NEED_TEMPLATE: ['fails the message', 'send a template: the person wrote more than 24 hours ago'],
  DEFER_CAMPAIGN: ['bulk send: waits as long as Meta says, or ten minutes', 'single send: send it again later'],
  PAUSE_CAMPAIGN: ['pauses the bulk send, or the template', 'mend the template, then resume'],
  FAIL_MSG: ['fails the message', 'mend the message'],
  AUTH: ['pauses the account', 'give the account a valid access token with both permissions, then resume'],
  OPERATOR: ['fails the request; no send is paused', 'mend the cause at Meta'],
  INFO: ['nothing', 'nothing'],
};

const ABOUT: Readonly<Record<MetaErrorScope, string>> = {
  message: 'message',
  recipient: 'recipient',
  template: 'template',
  number: 'phone number',
  account: 'account',
  token: 'access token',
  app: 'app',
};

function rowOf(code: string, { reaction, scope, meaning, cases = [] }: MetaErrorEntry): string {
  const [module, person] = REACTIONS[reaction];
  const others = cases.flatMap((one) => (one.meaning === undefined ? [] : [one.meaning]));
  const happened = [meaning, ...new Set(others)].join('<br>Or: ');
  return `| ${code} | ${happened.replaceAll('|', '\\|')} | ${ABOUT[scope]} | ${module} | ${person} |`;
}

/** The table of Meta's errors, as `docs/errors.md` has it. */
export function metaErrorsTable(): string {
  const rows = Object.entries(errorCatalogue).map(([code, entry]) => rowOf(code, entry));
  return ['| code | what happened | about | the module | you |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}
