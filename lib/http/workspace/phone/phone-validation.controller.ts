import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from '../../../contacts/contacts.options.js';
import { reportOnPhoneNumber } from '../../../contacts/phone-report.js';
import { ValidDtoPipe } from '../../dto.pipe.js';
import { Operation } from '../../openapi/operation.js';
import { IsFilled } from '../is-filled.js';
import { presentSuccess } from '../success.presenter.js';
import { presentPhoneReport } from './phone-report.presenter.js';
import { validatePhoneOperation } from './phone-validation.operations.js';

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
