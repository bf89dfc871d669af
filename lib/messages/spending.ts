import { ConflictError } from '../errors.js';
import type { NewMessage } from './message-repository.js';

/** Token of what is asked before a message is sent: see {@link Spending}. */
export const SPENDING = Symbol('SPENDING');

/** Knows what may be spent on messages. */
export interface Spending {
  /**
   * Takes what a message will cost from the budget of its workspace, where there is one.
   * @throws BudgetExceededError when that does not suffice
   */
  spend(message: NewMessage): Promise<void>;
}

/**
 * The budget of the workspace does not suffice: nothing was sent. It goes on when the budget is raised, or the next month begins.
 *
 * @publicApi
 */
export class BudgetExceededError extends ConflictError {
  constructor(message: string) {
    super('BUDGET_EXCEEDED', message);
  }
}
