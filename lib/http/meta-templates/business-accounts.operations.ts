import type { OperationDescription } from '../openapi/operation.js';
import { array, boolean, integer, nullable, number, object, oneOf, string } from '../openapi/schema.js';
import { PHONE_NUMBER_ID } from './meta-templates.schemas.js';

const quota = object({
  dailyLimit: nullable(integer({ description: 'Null where there is no limit.' })),
  uniqueNumbersSent24h: integer(),
  remaining: nullable(integer()),
  usagePercentage: number(),
  canSend: boolean(),
});

const phoneNumber = object({
  id: integer(),
  phoneNumberId: string({ description: 'Meta’s id.' }),
  displayPhoneNumber: nullable(string()),
  verifiedName: nullable(string()),
  isPrimary: boolean(),
  messagingLimitTier: nullable(string()),
  qualityRating: nullable(string()),
  quota,
});

const variable = object({
  name: string(),
  type: oneOf('TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION'),
  position: integer(),
  isRequired: boolean(),
  component: oneOf('HEADER', 'BODY', 'BUTTON'),
});

const template = object({
  name: string(),
  language: string(),
  category: string(),
  variables: array(variable),
});

export const businessAccountsOperation: OperationDescription = {
  summary: 'What can be sent, and from where',
  description: 'The accounts of the key’s workspace with their phone numbers, quotas and approved templates.',
  answers: {
    200: {
      description: 'The accounts.',
      json: {
        schema: object({
          companyName: string(),
          apiKeyName: nullable(string()),
          businessAccounts: array(
            object({
              businessAccountId: integer(),
              businessName: nullable(string()),
              phoneNumbers: array(phoneNumber),
              templates: array(template),
            }),
          ),
        }),
        example: {
          companyName: 'Mi Empresa SRL',
          apiKeyName: 'Production API Key',
          businessAccounts: [
            {
              businessAccountId: 1,
              businessName: 'Mi Empresa WhatsApp Business',
              phoneNumbers: [
                {
                  id: 123,
                  phoneNumberId: PHONE_NUMBER_ID,
                  displayPhoneNumber: '+54 9 223 675-0780',
                  verifiedName: 'Mi Empresa',
                  isPrimary: true,
                  messagingLimitTier: 'TIER_2K',
                  qualityRating: 'GREEN',
                  quota: {
                    dailyLimit: 2000,
                    uniqueNumbersSent24h: 45,
                    remaining: 1955,
                    usagePercentage: 2.3,
                    canSend: true,
                  },
                },
              ],
              templates: [
                {
                  name: 'welcome_message',
                  language: 'es',
                  category: 'MARKETING',
                  variables: [{ name: 'name', type: 'TEXT', position: 1, isRequired: true, component: 'BODY' }],
                },
              ],
            },
          ],
        },
      },
    },
  },
};
