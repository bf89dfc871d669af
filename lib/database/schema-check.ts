import type { Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';

/** What the database lacks of the given entities: tables, or columns of a table. */
export async function findSchemaProblems(dataSource: DataSource, entities: readonly Type[]): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    const metadatas = entities.map((entity) => dataSource.getMetadata(entity));
    const tables = await runner.getTables(metadatas.map((metadata) => metadata.tablePath));
    return metadatas.flatMap((metadata) => {
      const table = tables.find((candidate) => candidate.name.split('.').at(-1) === metadata.tableName);
      if (!table) return [`table ${metadata.tableName} is missing`];
      return metadata.columns
        .filter((column) => !table.findColumnByName(column.databaseName))
        .map((column) => `column ${metadata.tableName}.${column.databaseName} is missing`);
    });
  } finally {
    await runner.release();
  }
}
