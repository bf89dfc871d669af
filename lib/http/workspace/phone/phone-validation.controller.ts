import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from '../../../contacts/contacts.options.js';
import { reportOnPhoneNumber, type PhoneReport } from '../../../contacts/phone-number.js';
import { ValidDtoPipe } from '../../dto.pipe.js';
import { Operation, type OperationDescription } from '../../openapi/operation.js';
import { IsFilled } from '../is-filled.js';
import { presentSuccess } from '../success.presenter.js';
import { boolean, integer, nullable, object, string } from '../../openapi/schema.js';
import { successSchema } from '../success.schema.js';

const REPORT = object({
  phone: string({ description: 'As it was sent.' }),
  phone_digits: string(),
  format_valid: boolean({ description: 'Whether it is a number of its country’s numbering plan.' }),
  country_code: nullable(string({ description: 'Calling code without `+`.', example: '1' })),
  country: nullable(string({ description: 'The country’s English name.', example: 'United States' })),
  national_number: nullable(string()),
  e164: nullable(string()),
  reason: nullable(string({ description: 'Why it is not valid.' })),
  note: string({ description: 'What else is to know.' }),
});

const validatePhoneOperation: OperationDescription = {
  summary: 'Validate a phone number',
  description: 'Reports on a number by its digits alone, valid or not.',
  json: {
    schema: object({
      phone_number: {
        description: 'In any spelling, best with its country code.',
        oneOf: [string({ minLength: 1 }), integer()],
      },
    }),
    example: { phone_number: '+12025550123' },
  },
  answers: {
    200: {
      description: 'What can be told of the number.',
      json: {
        schema: successSchema(REPORT),
        example: {
          status: 'success',
          message: 'Phone number format is valid',
          data: {
            phone: '+12025550123',
            phone_digits: '12025550123',
            format_valid: true,
            country_code: '1',
            country: 'United States',
            national_number: '2025550123',
            e164: '+12025550123',
            reason: null,
            note: 'Only the format was checked; whether the number is on WhatsApp shows when a message is sent to it.',
          },
        },
      },
    },
  },
  errors: [400, 413, 422, 429],
};

/** Body of `POST /phone/validate`. */
class ValidatePhoneDto {
  /** In any spelling; one without spelling may come as a number. */
  @IsFilled()
  @ValidateBy({
    name: 'isText',
    validator: {
      validate: (value) => typeof value === 'string' || Number.isSafeInteger(value),
      defaultMessage: () => 'must be a phone number in a string.',
    },
  })
  phone_number!: string | number;
}

/** Tells what can be told of a phone number without asking anybody. */
@Controller('phone')
export class PhoneValidationController {
  constructor(@Inject(CONTACTS_OPTIONS) private readonly options: ContactsOptions) {}

  @Post('validate')
  @HttpCode(200)
  @RequireAbility('messages.send')
  @Operation(validatePhoneOperation)
  validate(@Body(new ValidDtoPipe(ValidatePhoneDto)) { phone_number }: ValidatePhoneDto): object {
    const phone = String(phone_number);
    const report = reportOnPhoneNumber(phone, this.options.defaultCountry);
    const message = `Phone number format is ${report.isValid ? 'valid' : 'invalid'}`;
    return presentSuccess(message, presentPhoneReport(phone, report));
  }
}

const FORMAT_ONLY =
  'Only the format was checked; whether the number is on WhatsApp shows when a message is sent to it.';

const STILL_SENDABLE = 'Messages can be sent to it all the same; numbering plans change and are not enforced.';

const NOT_SENDABLE = 'No message can be sent to it as it is written.';

const COUNTRIES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** `data` of `POST /phone/validate`. @param phone what was asked about */
function presentPhoneReport(phone: string, report: PhoneReport): object {
  return {
    phone,
    phone_digits: report.digits,
    format_valid: report.isValid,
    country_code: report.callingCode,
    country: report.country === null ? null : (COUNTRIES.of(report.country) ?? report.country),
    national_number: report.nationalNumber,
    e164: report.e164,
    reason: report.reason,
    note: noteOn(report),
  };
}

function noteOn({ isValid, isSendable }: PhoneReport): string {
  if (isValid) return FORMAT_ONLY;
  return isSendable ? STILL_SENDABLE : NOT_SENDABLE;
}
