import { listTemplates, variableNamesOf } from './account-templates.js';
import { MetaAccess } from './meta-access.js';
import { readSettings, requireSetting, secretsOf, type SettingFlags } from './settings.js';
import { type Terminal, withoutSecrets } from './terminal.js';

/** Flags of `templates`. */
export interface TemplatesFlags extends SettingFlags {
  readonly status?: string;
  readonly json?: boolean;
}

/** Lists the templates of the account as Meta has them now. */
export async function templates(flags: TemplatesFlags, terminal: Terminal): Promise<number> {
  const settings = readSettings(terminal, flags);
  const { print } = withoutSecrets(terminal, secretsOf(settings));
  const account = requireSetting(settings, 'businessAccountId');
  const meta = new MetaAccess(settings);
  try {
    const all = await listTemplates(meta, account);
    const shown = all.filter(({ status }) => flags.status === undefined || status === flags.status.toUpperCase());
    const rows = shown.map((template) => ({
      name: template.name,
      language: template.language,
      status: template.status,
      category: template.category,
      variables: variableNamesOf(template),
    }));
    if (flags.json) print(JSON.stringify(rows, null, 2));
    else if (rows.length === 0) print(`None of the ${all.length} templates of the account is shown.`);
    else {
      const head = ['NAME', 'LANGUAGE', 'STATUS', 'CATEGORY', 'VARIABLES'];
      print(
        textTable([
          head,
          ...rows.map((row) => [...Object.values(row).slice(0, 4), row.variables.join(', ')].map(String)),
        ]),
      );
    }
    return 0;
  } finally {
    await meta.close();
  }
}

/** Lines of columns that begin at the same place; the last column is not padded. */
function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  return rows
    .map((row) => row.map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell)))
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n');
}
