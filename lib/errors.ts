/**
 * One thing wrong with an input: where it is and how to mend it.
 *
 * @publicApi
 */
export interface ValidationProblem {
  /** Path of the field in the input, such as `variables.name` or `recipients[7].phone`. */
  readonly path: string;
  /** A sentence for people that says what to write instead. */
  readonly message: string;
  /** How many problems it sums up, where there are too many to name; 1 when left out. */
  readonly count?: number;
}

/** How many problems there are, those included that others sum up. */
export const countProblems = (problems: readonly ValidationProblem[]): number =>
  problems.reduce((sum, { count = 1 }) => sum + count, 0);

/** Each problem once: a field may be read in two places. */
export const distinctProblems = (problems: readonly ValidationProblem[]): ValidationProblem[] => [
  ...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values(),
];

/**
 * Base of every error that this module throws on purpose; distinguish them by `code`.
 *
 * @publicApi
 */
export abstract class WhatsAppError extends Error {
  /** Row id of the message, where the error is the outcome of one. */
  messageId?: number;

  constructor(
    /** Machine-readable, stable, upper snake case: `TEMPLATE_NOT_FOUND`. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/**
 * The input is wrong; `problems` names everything that is, not only the first thing.
 *
 * @publicApi
 */
export class ValidationError extends WhatsAppError {
  constructor(
    /** Everything that is wrong with the input. */
    readonly problems: readonly ValidationProblem[],
    code = 'VALIDATION_ERROR',
    message = problems.map((problem) => `${problem.path}: ${problem.message}`).join(' '),
  ) {
    super(code, message);
  }
}

/**
 * What the caller named does not exist, or belongs to another workspace.
 *
 * @publicApi
 */
export class NotFoundError extends WhatsAppError {}

/**
 * The request is well-formed but the present state forbids it.
 *
 * @publicApi
 */
export class ConflictError extends WhatsAppError {}

/**
 * Meta or this module asks to slow down; nothing was sent.
 *
 * @publicApi
 */
export class RateLimitedError extends WhatsAppError {
  constructor(
    message: string,
    /** Seconds to wait before another try. */
    readonly retryAfter: number,
    options?: ErrorOptions,
    code = 'RATE_LIMITED',
  ) {
    super(code, message, options);
  }
}

/**
 * The module is set up wrongly; thrown at start, with the line to add or change.
 *
 * @publicApi
 */
export class ConfigurationError extends WhatsAppError {
  constructor(message: string, options?: ErrorOptions) {
    super('CONFIGURATION', message, options);
  }
}
