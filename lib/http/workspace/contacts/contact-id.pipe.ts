import { Injectable, type PipeTransform } from '@nestjs/common';
import { NotFoundError } from '../../../errors.js';

/** Reads the row id of a contact from a path. */
@Injectable()
export class ContactIdPipe implements PipeTransform<string, number> {
  /** @throws NotFoundError when it can be none */
  transform(id: string): number {
    if (/^\d{1,10}$/.test(id)) return Number(id);
    throw new NotFoundError('CONTACT_NOT_FOUND', `There is no contact ${id}.`);
  }
}
