import type { MessagePricing } from '../messages/pricing.js';
import { Field, type FieldOptions } from './surface/dto.js';

/** What Meta reported of the price of a message. */
class PricingAnswer implements MessagePricing {
  @Field({ type: 'boolean', nullable: true, example: true })
  billable!: boolean | null;

  @Field({ description: '`PMP`: by message.', nullable: true, example: 'PMP' })
  pricing_model!: string | null;

  @Field({ description: '`regular` is charged; the others are free.', nullable: true, example: 'regular' })
  type!: string | null;

  @Field({ nullable: true, example: 'utility' })
  category!: string | null;
}

/** The field `pricing` of a message. */
export const PRICING: FieldOptions = {
  type: () => PricingAnswer,
  description: 'Meta’s own words on the price; null until a status has brought them.',
  nullable: true,
};
