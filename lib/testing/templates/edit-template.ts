import { missingInManagement } from '../errors/refusals.js';
import { SUCCESS, type GraphCall, type GraphReply } from '../server/graph-call.js';
import type { Param } from '../server/param.js';
import { readComponents } from './rules/read-components.js';
import { readTimeToLive } from './rules/time-to-live.js';
import { templateError } from './template-error.js';
import { readSettings, SETTINGS } from './template-settings.js';
import type { Template } from './template.js';

const EDITABLE = new Set(['APPROVED', 'REJECTED', 'PAUSED']);
const CATEGORIES = ['AUTHENTICATION', 'MARKETING', 'UTILITY'];
const DAY_MS = 86_400_000;

/** Replaces components, category or time to live of a template; changed components go back to review. */
export function editTemplate(template: Template, body: Param, call: GraphCall): GraphReply {
  if (!body.firstOf('components', 'category', 'message_send_ttl_seconds', ...SETTINGS)) {
    throw missingInManagement('components');
  }
  if (body.get('cta_url_link_tracking_opted_out').given && !body.get('category').given) {
    throw missingInManagement('category');
  }
  if (!EDITABLE.has(template.status)) {
    throw templateError('notEditable', `A template that is ${template.status} cannot be edited.`);
  }
  const now = call.graph.now();
  if (template.status === 'APPROVED') checkEditsOfApproved(template, body, now);

  const category = body.get('category').given ? body.get('category').oneOf(CATEGORIES) : template.category;
  const components = body.get('components').given
    ? readComponents(body.get('components'), { category, format: template.parameterFormat })
    : undefined;
  const timeToLive = readTimeToLive(body.get('message_send_ttl_seconds'), category);

  const settings = readSettings(body);

  if (template.status === 'APPROVED') template.edits.push(now);
  Object.assign(template.settings, settings);
  template.category = category;
  template.timeToLive = timeToLive ?? template.timeToLive;
  if (components) {
    template.components = components;
    template.status = 'PENDING';
  }
  return SUCCESS;
}

function checkEditsOfApproved(template: Template, body: Param, now: number): void {
  if (body.get('category').given && body.get('category').string().toUpperCase() !== template.category) {
    throw templateError('notEditable', 'The category of an approved template cannot be changed.');
  }
  const recent = (days: number) => template.edits.filter((time) => time > now - days * DAY_MS).length;
  if (recent(1) >= 1 || recent(30) >= 10) {
    throw templateError('notEditable', 'An approved template can be edited once in 24 hours and 10 times in 30 days.');
  }
}
