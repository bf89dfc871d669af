import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from '../../../contacts/contacts.options.js';
import { reportOnPhoneNumber } from '../../../contacts/phone-report.js';
import { isJsonObject } from '../../../graph/json-object.js';
import { Operation } from '../../openapi/operation.js';
import { presentSuccess } from '../success.presenter.js';
import { presentPhoneReport } from './phone-report.presenter.js';
import { validatePhoneOperation } from './phone-validation.operations.js';

/** Tells what can be told of a phone number without asking anybody. */
@Controller('phone')
export class PhoneValidationController {
  constructor(@Inject(CONTACTS_OPTIONS) private readonly options: ContactsOptions) {}

  /** Whatever is written there is reported on. */
  @Post('validate')
  @HttpCode(200)
  @RequireAbility('messages.send')
  @Operation(validatePhoneOperation)
  validate(@Body() body: unknown): object {
    const phone = isJsonObject(body) ? body.phone_number : undefined;
    const report = reportOnPhoneNumber(phone, this.options.defaultCountry);
    const message = report.isValid ? 'The phone number is valid' : 'The phone number is not valid';
    return presentSuccess(message, presentPhoneReport(phone, report));
  }
}
