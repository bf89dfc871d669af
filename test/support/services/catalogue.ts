import { chromium } from './chromium.js';
import { mariadb } from './mariadb.js';
import { postgres } from './postgres.js';
import { redis } from './redis.js';
import type { Service, ServiceName } from './service.js';

export const services: Readonly<Record<ServiceName, Service>> = { postgres, mariadb, redis, chromium };
