import type { Given } from './given.js';

/** One to three reply buttons, with ids and titles of their own. */
export function checkReplyButtons(action: Given): void {
  const buttons = action.get('buttons');
  const replies = buttons.items(1, 3).flatMap((button) => {
    if (!button.object()) return [];
    button.get('type').oneOf(['reply']);
    return button.get('reply').object() ?? [];
  });
  const ids = replies.map((reply) => reply.get('id').text(256));
  const titles = replies.map((reply) => reply.get('title').text(20));
  refuseRepeated(buttons, 'id', ids);
  refuseRepeated(buttons, 'title', titles);
}

/** At most ten rows in at most ten sections; sections need titles when there is more than one. */
export function checkList(action: Given): void {
  action.get('button').text(20);
  const sections = action.get('sections');
  const all = sections.items(1, 10);
  const rows = all.flatMap((section) => rowsOf(section, all.length > 1));
  if (rows.length > 10) sections.refuse(`have ${rows.length} rows in total; Meta takes at most 10.`);
  refuseRepeated(
    sections,
    'id',
    rows.map((row) => row.get('id').text(200)),
  );
  for (const row of rows) {
    row.get('title').text(24);
    row.get('description').optionalText(72);
  }
}

function rowsOf(section: Given, needsTitle: boolean): readonly Given[] {
  if (!section.object()) return [];
  checkSectionTitle(section, needsTitle);
  // The limit of ten is one of all sections together.
  return section
    .get('rows')
    .items(1, Infinity)
    .flatMap((row) => row.object() ?? []);
}

/** The title of a section of a list, of rows or of products. */
export function checkSectionTitle(section: Given, needsTitle: boolean): void {
  if (needsTitle) section.get('title').text(24);
  else section.get('title').optionalText(24);
}

function refuseRepeated(list: Given, name: string, values: readonly (string | undefined)[]): void {
  const known = values.filter((value) => value !== undefined);
  if (new Set(known).size < known.length) list.refuse(`have the same ${name} twice; each needs its own.`);
}
