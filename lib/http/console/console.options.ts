import { type ValidationProblem } from '../../errors.js';
import { checkDuration, problem } from '../../option-checks.js';
import type { SurfaceOptions } from '../surface/surface.js';

/** Injects the `ConsoleSettings`. */
export const CONSOLE_SETTINGS = Symbol('CONSOLE_SETTINGS');

/**
 * How the host mounts the console.
 *
 * @publicApi
 */
export interface ConsoleOptions extends SurfaceOptions {
  /**
   * Origins of pages that may show the console in a frame, such as `['https://admin.example.com']`, or `["'self'"]` for pages
   * of the app itself. None when left out.
   */
  readonly frameAncestors?: readonly string[];
  /** Milliseconds after which whoever signed in with an API key has to do so again; 12 hours when left out. */
  readonly sessionLifetime?: number;
}

/** Where it is mounted when the host does not say. */
export const DEFAULT_PREFIX = '/whatsapp/console';

/** The same with defaults, as far as the console itself needs it; the prefix begins with a slash and ends without one. */
export type ConsoleSettings = Required<Pick<ConsoleOptions, 'frameAncestors' | 'sessionLifetime' | 'prefix'>>;

const HALF_A_DAY = 12 * 3_600_000;

export function consoleSettings(options: boolean | ConsoleOptions | undefined): ConsoleSettings {
  const given = typeof options === 'object' ? options : {};
  const { frameAncestors = [], sessionLifetime = HALF_A_DAY, prefix = DEFAULT_PREFIX } = given;
  return { frameAncestors, sessionLifetime, prefix: prefix.replace(/^\/*/, '/').replace(/\/+$/, '') };
}

/** What a Content-Security-Policy takes as a source, and nothing that would end it. */
const SOURCE = /^(?:'self'|https?:\/\/[\w.*-]+(?::(?:\d+|\*))?)$/;

/** What is wrong with the console's own options; `given` is an object. */
export function checkConsoleOptions(given: object): ValidationProblem[] {
  const { frameAncestors, sessionLifetime }: { frameAncestors?: unknown; sessionLifetime?: unknown } = given;
  return [
    ...checkDuration('surfaces.console.sessionLifetime', sessionLifetime, 1),
    ...(frameAncestors === undefined || (Array.isArray(frameAncestors) && frameAncestors.every(isSource))
      ? []
      : [
          problem(
            'surfaces.console.frameAncestors',
            `must be a list of origins, such as ['https://admin.example.com'] or ["'self'"].`,
          ),
        ]),
  ];
}

const isSource = (source: unknown): boolean => typeof source === 'string' && SOURCE.test(source);
