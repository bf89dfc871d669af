import type { Param } from '../server/param.js';

/** One to three reply buttons with ids and titles of their own. */
export function checkReplyButtons(action: Param): void {
  const replies = action
    .get('buttons')
    .itemsBetween(1, 3)
    .map((button) => {
      button.get('type').oneOf(['reply']);
      return button.get('reply').object();
    });
  unique(
    action.get('buttons'),
    'id',
    replies.map((reply) => reply.get('id').text(256)),
  );
  unique(
    action.get('buttons'),
    'title',
    replies.map((reply) => reply.get('title').text(20)),
  );
}

/** At most ten sections with ten rows in total; sections need titles when there is more than one. */
export function checkSections(sections: Param): void {
  const all = sections.itemsBetween(1, 10);
  const rows = all.flatMap((section) => {
    if (all.length > 1) section.get('title').text(24);
    else section.get('title').optionalText(24);
    return section.get('rows').items();
  });
  if (rows.length === 0 || rows.length > 10) throw sections.invalid('must have between 1 and 10 rows in total.');
  unique(
    sections,
    'id',
    rows.map((row) => row.get('id').text(200)),
  );
  for (const row of rows) {
    row.get('title').text(24);
    row.get('description').optionalText(72);
  }
}

function unique(list: Param, name: string, values: readonly string[]): void {
  if (new Set(values).size < values.length) throw list.invalid(`must not have the same ${name} twice.`);
}
