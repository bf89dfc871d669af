import { GraphError, invalidParam, missingInManagement } from '../errors/graph-error.js';
import { type GraphCall, type GraphReply, ok, on, SUCCESS } from '../server/graph-call.js';
import { Account } from './account.js';
import { PhoneNumber } from './phone-number.js';

/** Endpoints of a business's own username, and of its contact book. See Meta's page "Business-scoped user IDs". */
export const usernameRoutes = [
  on(PhoneNumber, 'GET', 'username', (number) => {
    const { username, status = 'deleted' } = number.username;
    return ok(username === undefined ? { status } : { username, status });
  }),
  on(PhoneNumber, 'POST', 'username', setUsername),
  on(PhoneNumber, 'DELETE', 'username', (number) => {
    number.username = { username: undefined, status: undefined };
    return SUCCESS;
  }),
  on(PhoneNumber, 'GET', 'username_suggestions', suggest),
  on(PhoneNumber, 'DELETE', 'contact_book', forget),
];

const DOMAIN = /\.(?:com|net|org|edu|gov|mil|int|info|biz|io|co|app|dev|shop)$/;

/** Why a text cannot be a username; undefined when it can. */
function problemOf(username: string): string | undefined {
  if (!/^[a-z0-9._]{3,35}$/.test(username)) return 'must have 3 to 35 of a-z, 0-9, . and _';
  if (!/[a-z]/.test(username)) return 'must have a letter';
  if (/^\.|\.$|\.\./.test(username)) return 'must not begin or end with a dot, or have two in a row';
  if (username.startsWith('www')) return 'must not begin with www';
  return DOMAIN.test(username) ? 'must not end like a domain' : undefined;
}

function setUsername(number: PhoneNumber, call: GraphCall): GraphReply {
  const body = call.body(missingInManagement);
  const username = body.get('username').string();
  const action = body.get('transfer_action');
  const isForced = action.given && action.oneOf(['none', 'force_transfer']) === 'force_transfer';
  if (number.status !== 'CONNECTED') throw new GraphError(133010, { details: 'Register the phone number first.' });
  const problem = problemOf(username);
  if (problem !== undefined) throw invalidParam('username', `${problem}.`);
  const owner = numbersOf(call).find((other) => other !== number && other.username.username === username);
  if (owner && owner.account.ownerBusinessId !== number.account.ownerBusinessId) throw new GraphError(147001);
  if (owner && !isForced) throw new GraphError(147005);
  if (owner) owner.username = { username: undefined, status: undefined };
  number.username = { username, status: 'approved' };
  return ok({ status: 'approved' });
}

/** Names like that of the business, which no number has. */
function suggest(number: PhoneNumber, call: GraphCall): GraphReply {
  const taken = new Set(numbersOf(call).map(({ username }) => username.username));
  const words = number.verifiedName.toLowerCase().match(/[a-z0-9]+/g) ?? ['business'];
  const names = [words.join(''), words.join('.'), words.join('_'), `${words.join('')}.official`];
  const free = [...new Set(names)].filter((name) => !taken.has(name) && problemOf(name) === undefined);
  return ok({ data: [{ username_suggestions: free }] });
}

function numbersOf(call: GraphCall): PhoneNumber[] {
  return [...call.graph.nodes.values()].flatMap((node) => (node instanceof Account ? node.phoneNumbers : []));
}

/** From then on webhooks have the user's number no more. */
function forget(number: PhoneNumber, call: GraphCall): GraphReply {
  if (call.query.get('messaging_product') !== 'whatsapp') throw missingInManagement('messaging_product');
  const id = call.query.get('bsuid');
  if (id === null) throw missingInManagement('bsuid');
  if (!/^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/.test(id)) {
    throw invalidParam('bsuid', 'must be a business-scoped user id, and not a parent one.');
  }
  const user = number.userOf(id);
  const isDeleted = user?.isNumberReported ?? false;
  if (user) user.isNumberReported = false;
  return ok({ messaging_product: 'whatsapp', success: true, deleted: isDeleted });
}
