import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import { RequireAbility } from '../../../auth/caller.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from '../../../contacts/contacts.inputs.js';
import { reportOnPhoneNumber, type PhoneReport } from '../../../contacts/phone-number.js';
import { ValidDtoPipe, Field } from '../../surface/dto.js';
import { Operation } from '../../openapi/operation.js';
import { IsFilled } from '../is-filled.js';
import { success, successAnswer, type Success } from '../success.js';
import { integer, string } from '../../openapi/schema.js';

/** Body of `POST /phone/validate`. */
export class ValidatePhoneDto {
  @IsFilled()
  @ValidateBy({
    name: 'isText',
    validator: {
      validate: (value) => typeof value === 'string' || Number.isSafeInteger(value),
      defaultMessage: () => 'must be a phone number in a string.',
    },
  })
  @Field({
    description: 'In any spelling, best with its country code.',
    oneOf: [string({ minLength: 1 }), integer()],
    example: '+12025550123',
  })
  phone_number!: string | number;
}

const FORMAT_ONLY =
  'Only the format was checked; whether the number is on WhatsApp shows when a message is sent to it.';

/** Data of `POST /phone/validate`. */
export class PhoneReportData {
  @Field({ description: 'As it was sent.', example: '+12025550123' })
  phone!: string;

  @Field({ example: '12025550123' })
  phone_digits!: string;

  @Field({ type: 'boolean', description: 'Whether it is a number of its country’s numbering plan.', example: true })
  format_valid!: boolean;

  @Field({ description: 'Calling code without `+`.', nullable: true, example: '1' })
  country_code!: string | null;

  @Field({ description: 'The country’s English name.', nullable: true, example: 'United States' })
  country!: string | null;

  @Field({ nullable: true, example: '2025550123' })
  national_number!: string | null;

  @Field({ nullable: true, example: '+12025550123' })
  e164!: string | null;

  @Field({ description: 'Why it is not valid.', nullable: true, example: null })
  reason!: string | null;

  @Field({ description: 'What the check does not cover.', example: FORMAT_ONLY })
  note!: string;
}

/** Reports on phone numbers, without a call to Meta. */
@Controller('phone')
export class PhoneValidationController {
  constructor(@Inject(CONTACTS_OPTIONS) private readonly options: ContactsOptions) {}

  @Post('validate')
  @HttpCode(200)
  @RequireAbility('messages.send')
  @Operation({
    summary: 'Validate a phone number',
    description: 'Reports on a number by its digits alone, valid or not.',
    answers: { 200: successAnswer('A report on the number.', 'Phone number format is valid', PhoneReportData) },
    errors: [400, 413, 422, 429],
  })
  validate(@Body(new ValidDtoPipe(ValidatePhoneDto)) { phone_number }: ValidatePhoneDto): Success<PhoneReportData> {
    const phone = String(phone_number);
    const report = reportOnPhoneNumber(phone, this.options.defaultCountry);
    const message = `Phone number format is ${report.isValid ? 'valid' : 'invalid'}`;
    return success(message, presentPhoneReport(phone, report));
  }
}

const STILL_SENDABLE = 'Messages can be sent to it all the same; numbering plans change and are not enforced.';

const NOT_SENDABLE = 'No message can be sent to it as it is written.';

const COUNTRIES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

function presentPhoneReport(phone: string, report: PhoneReport): PhoneReportData {
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
