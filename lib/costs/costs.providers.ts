import type { Provider } from '@nestjs/common';
import { SPENDING } from '../messages/spending.js';
import { BudgetLedger } from './budget-ledger.js';
import { BudgetSettings } from './budget-settings.js';
import { Budgets } from './budgets.js';
import { CostComparisons } from './cost-comparisons.js';
import { CostEstimates } from './cost-estimates.js';
import { Costs } from './costs.js';
import { DeliveredMessages } from './delivered-messages.js';
import { VolumeTiers } from './volume-tiers.js';

/** What this room is made of, besides the service. */
export const costsProviders: readonly Provider[] = [
  BudgetLedger,
  BudgetSettings,
  Budgets,
  { provide: SPENDING, useExisting: Budgets },
  CostComparisons,
  CostEstimates,
  Costs,
  DeliveredMessages,
  VolumeTiers,
];
