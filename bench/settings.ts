/** Postgres, as a user who may create databases: each measurement makes one of its own and drops it. */
export const databaseUrl = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** Redis: each measurement has a key prefix of its own, and removes it. */
export const redisUrl = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';

/** Connections to Meta of every sender that is measured: the library's default. */
export const connections = 512;
