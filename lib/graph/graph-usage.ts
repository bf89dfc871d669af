import type { IncomingHttpHeaders } from 'node:http';
import { isJsonObject } from './json.js';

/** How much of a limit on calls is used, in per cent, by count, CPU time and total time. */
export interface GraphUsageShare {
  readonly callCount?: number | undefined;
  readonly totalCpuTime?: number | undefined;
  readonly totalTime?: number | undefined;
}

/** Usage of one kind of call by one business account. */
export interface BusinessUseCaseUsage extends GraphUsageShare {
  readonly businessAccountId: string;
  /** Such as `whatsapp_business_management` and `whatsapp`. */
  readonly type?: string | undefined;
  /** Seconds until Meta takes such calls again; 0 while it does. Meta itself counts minutes. */
  readonly regainAccessIn: number;
}

/**
 * How much of Meta's limits on calls is used, as the headers of an answer say.
 *
 * @see https://developers.facebook.com/docs/graph-api/overview/rate-limiting
 * @publicApi
 */
export interface GraphUsage {
  /** Use of the app's own limit; undefined where Meta did not report it. */
  readonly app?: GraphUsageShare | undefined;
  /** Use of the limits of each business, by use case. */
  readonly businessUseCases: readonly BusinessUseCaseUsage[];
}

/** Reads `X-App-Usage` and `X-Business-Use-Case-Usage`; undefined when an answer has neither in a readable form. */
export function readUsage(headers: IncomingHttpHeaders): GraphUsage | undefined {
  const app = parseHeader(headers['x-app-usage']);
  const business = parseHeader(headers['x-business-use-case-usage']);
  if (!app && !business) return undefined;
  const businessUseCases = Object.entries(business ?? {}).flatMap(([businessAccountId, entries]) =>
    (Array.isArray(entries) ? entries : []).filter(isJsonObject).map((entry) => ({
      businessAccountId,
      type: typeof entry['type'] === 'string' ? entry['type'] : undefined,
      ...readShare(entry),
      regainAccessIn: (readNumber(entry['estimated_time_to_regain_access']) ?? 0) * 60,
    })),
  );
  return { app: app && readShare(app), businessUseCases };
}

/** Seconds until every use case of the answer is open again; undefined when all are, or none was given. */
export function regainAccessIn(usage: GraphUsage | undefined): number | undefined {
  return usage?.businessUseCases.reduce((longest, { regainAccessIn: wait }) => Math.max(longest, wait), 0) || undefined;
}

function readShare(share: Record<string, unknown>): GraphUsageShare {
  return {
    callCount: readNumber(share['call_count']),
    totalCpuTime: readNumber(share['total_cputime']),
    totalTime: readNumber(share['total_time']),
  };
}

function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number.parseFloat(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

function parseHeader(header: string | string[] | undefined): Record<string, unknown> | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
