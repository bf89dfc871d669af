import type { DataSourceOptions } from 'typeorm';

export type DatabaseKind = 'sqlite' | 'postgres' | 'mariadb';

/** A kind of database that tests run on. */
export interface TestDatabase {
  readonly kind: DatabaseKind;
  /** For a suite's name. */
  readonly title: string;
  readonly available: boolean;
  /** Returns a database for exclusive use, with the module's tables as its migrations create them, and no rows. */
  create(): Promise<FreshDatabase>;
  /** The same without any table, for tests of how tables are made. */
  createEmpty(): Promise<FreshDatabase>;
}

export interface FreshDatabase {
  /** For `new DataSource({ ...options, entities })` or `TypeOrmModule.forRoot`. */
  readonly options: DataSourceOptions;
  /** The same, for a process of its own: `sqlite:<file>`, `postgres://…` or `mariadb://…`. */
  readonly url: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}
