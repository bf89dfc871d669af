import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

/** A number or user id has one present owner, however many processes see a stranger at once. */
export class WhatsAppPresentOwners1795910400000 implements MigrationInterface {
  readonly name = 'WhatsAppPresentOwners1795910400000';

  async up(runner: QueryRunner): Promise<void> {
    const { name, table, until } = namesIn(runner);
    await endOverlaps(runner);
    await runner.query(`ALTER TABLE ${table} ADD COLUMN present smallint`);
    await runner.query(`UPDATE ${table} SET present = 1 WHERE ${until} IS NULL`);
    await runner.createIndex(name, onePresent());
  }

  async down(runner: QueryRunner): Promise<void> {
    const { name, table } = namesIn(runner);
    await runner.dropIndex(name, onePresent());
    await runner.query(`ALTER TABLE ${table} DROP COLUMN present`);
  }
}

/** Rows of the past are not compared: their `present` is null. */
const onePresent = (): TableIndex =>
  new TableIndex({ columnNames: ['workspace_id', 'identity', 'present'], isUnique: true });

function namesIn({ connection }: QueryRunner) {
  const name = `${connection.options.entityPrefix ?? ''}whatsapp_contact_identities`;
  const { driver } = connection;
  return { name, table: driver.escape(name), until: driver.escape('until') };
}

/** Of several owners at the same time, each has it until the next one. */
async function endOverlaps(runner: QueryRunner): Promise<void> {
  const { table, until } = namesIn(runner);
  const rows: unknown = await runner.query(
    `SELECT one.workspace_id AS workspace_id, one.identity AS identity, one.since AS since, MIN(later.since) AS next_since ` +
      `FROM ${table} AS one JOIN ${table} AS later ON later.workspace_id = one.workspace_id ` +
      `AND later.identity = one.identity AND later.since > one.since ` +
      `WHERE one.${until} IS NULL OR one.${until} > later.since GROUP BY one.workspace_id, one.identity, one.since`,
  );
  for (const row of Array.isArray(rows) ? rows : []) {
    const { workspace_id: workspaceId, identity, since, next_since: next }: Record<string, unknown> = row;
    await runner.query(
      `UPDATE ${table} SET ${until} = ${Number(next)} WHERE workspace_id = ${Number(workspaceId)} ` +
        `AND identity = '${String(identity).replaceAll("'", "''")}' AND since = ${Number(since)}`,
    );
  }
}
