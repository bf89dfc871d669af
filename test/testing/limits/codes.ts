import type { GraphApiServer, PhoneNumber } from 'nestjs-whatsapp/testing';
import { call } from '../graph-client.js';

export const ANA = '+5491112345678';
export const BEN = '+5491187654321';
export const EVA = '+5491100000000';

/** A message to a recipient, as it is sent. */
export const messageTo = (to: string) => ({
  messaging_product: 'whatsapp',
  to,
  type: 'text',
  text: { body: 'Hello' },
});

/** Sends one message and reports the code with which it was refused, or 0. */
export async function codeOfSend(
  meta: GraphApiServer,
  to: string,
  from: PhoneNumber = meta.phoneNumber,
): Promise<number> {
  const { body } = await call(meta, 'POST', `${from.id}/messages`, messageTo(to));
  return body.error?.code ?? 0;
}

/** Sends one message to each of so many people. */
export async function codesOfSends(meta: GraphApiServer, people: number, from?: PhoneNumber): Promise<number[]> {
  const codes: number[] = [];
  for (let person = 0; person < people; person += 1) {
    codes.push(await codeOfSend(meta, `+54911${20_000_000 + person}`, from));
  }
  return codes;
}
