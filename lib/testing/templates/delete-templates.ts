import type { Account } from '../accounts/account.js';
import { missingInManagement } from '../errors/refusals.js';
import { SUCCESS, type GraphCall, type GraphReply } from '../server/graph-call.js';
import { templateError } from './template-error.js';

/** Deletes every language of a name or, with `hsm_id` beside the name, one of them. */
export function deleteTemplates(account: Account, call: GraphCall): GraphReply {
  const name = call.query.get('name');
  const id = call.query.get('hsm_id');
  if (name === null || name === '') throw missingInManagement('name');
  const doomed = account.templates.filter((template) => template.name === name && (id === null || template.id === id));
  if (doomed.length === 0) throw templateError('notFound', `There is no template ${name} to delete.`);
  if (doomed.some((template) => template.status === 'DISABLED')) {
    throw templateError('notEditable', `The template ${name} is disabled and cannot be deleted.`);
  }
  for (const template of doomed) {
    if (template.status === 'APPROVED') account.deletedNames.set(name, call.graph.now());
    account.removeTemplate(template);
  }
  return SUCCESS;
}
