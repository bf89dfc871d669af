import { GraphError } from '../errors/graph-error.js';
import { invalidParam, missingInManagement } from '../errors/refusals.js';
import { readUser } from '../messages/recipient.js';
import { recipientKey } from '../records/recipient-key.js';
import { ok, type GraphCall, type GraphReply } from '../server/graph-call.js';
import { paginate } from '../server/paging.js';
import { on } from '../server/route.js';
import { PhoneNumber } from './phone-number.js';

/** Users of one request. See Meta's page "Block users". */
const MOST_USERS = 1_000;

/** Whom a phone number hears nothing of any more. */
export const blockUsersRoutes = [
  on(PhoneNumber, 'GET', 'block_users', list),
  on(PhoneNumber, 'POST', 'block_users', (number, call) =>
    change(number, call, 'added_users', (waId) => {
      if (!number.isWindowOpen(recipientKey(waId), call.graph.now())) {
        throw new GraphError(131047, { details: 'The user has not sent a message in the last 24 hours.' });
      }
      number.blockedUsers.add(waId);
    }),
  ),
  on(PhoneNumber, 'DELETE', 'block_users', (number, call) =>
    change(number, call, 'removed_users', (waId) => number.blockedUsers.delete(waId)),
  ),
];

/** That of a parent business is not taken. */
const isOwnUserId = (input: string): boolean => /^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/.test(input);

function list(number: PhoneNumber, call: GraphCall): GraphReply {
  const users = number.blockedUsers.waIds.map((id) => ({ id }));
  const { items, paging } = paginate(users, () => true, call);
  const data = items.map(({ id }) => ({ messaging_product: 'whatsapp', wa_id: id }));
  return ok({ data, ...(paging && { paging }) });
}

/** Does it for each user by itself: some may fail where others do not, and then the whole answer is a 400. */
function change(number: PhoneNumber, call: GraphCall, done: string, apply: (waId: string) => void): GraphReply {
  const body = call.body(missingInManagement);
  body.get('messaging_product').oneOf(['whatsapp']);
  const users = body.get('block_users').items();
  if (users.length === 0 || users.length > MOST_USERS) {
    throw invalidParam('block_users', `must have between 1 and ${MOST_USERS} users.`);
  }
  const changed: object[] = [];
  const failed: object[] = [];
  for (const user of users) {
    const userId = user.get('user_id');
    const input = userId.given ? userId.string() : user.get('user').string();
    try {
      if (userId.given && !isOwnUserId(input))
        throw invalidParam('user_id', 'must be a business-scoped user id, and not a parent one.');
      const { waId } = readUser(input, number, call);
      apply(waId);
      changed.push(userId.given ? { input, user_id: waId } : { input, wa_id: waId });
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      const { message, code, error_data } = error.body().error;
      failed.push({ input, errors: [{ message, code, error_data }] });
    }
  }
  const answer = { messaging_product: 'whatsapp', block_users: { [done]: changed, failed_users: failed } };
  if (failed.length === 0) return ok({ ...answer, block_users: { [done]: changed } });
  const details = 'Failed to block some users, see the block_users response list for details';
  return { status: 400, body: { ...answer, ...new GraphError(139100, { details }).body() } };
}
