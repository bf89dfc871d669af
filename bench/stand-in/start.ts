import { join } from 'node:path';
import type { PhoneNumberFixture } from 'nestjs-whatsapp/testing';
import { Child } from '../processes/child.js';
import type { StandIn, StandInOptions } from './stand-in.process.js';

/** Starts a stand-in for Meta, in a process of its own, with these phone numbers. */
export function startStandIn(...phoneNumbers: readonly PhoneNumberFixture[]): Promise<Child<StandIn>> {
  const options: StandInOptions = { phoneNumbers };
  return Child.start<StandIn>(join(__dirname, 'stand-in.process.js'), options);
}

/** A phone number that Meta lets send as fast as it can. */
export const unlimited: PhoneNumberFixture = { throughput: Number.POSITIVE_INFINITY };
