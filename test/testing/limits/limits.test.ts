import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  GraphApiServer,
  type GraphApiServerOptions,
  type PhoneNumber,
  type PhoneNumberFixture,
  TestClock,
} from 'nestjs-whatsapp/testing';
import { call } from '../graph-client.js';
import { ANA, BEN, codeOfSend, codesOfSends, EVA, messageTo } from './codes.js';

let clock: TestClock;
let meta: GraphApiServer;
beforeEach(async () => {
  clock = new TestClock({ speed: 0 });
  meta = await start({});
});
afterEach(() => meta.close());

function start(options: GraphApiServerOptions): Promise<GraphApiServer> {
  return GraphApiServer.start({ sample: true, now: clock.now, ...options });
}

const numberWith = (fixture: PhoneNumberFixture) => meta.account.addPhoneNumber(fixture);
const send = (to: string, from?: PhoneNumber) => codeOfSend(meta, to, from);

describe('throughput', () => {
  it.each<[PhoneNumberFixture, number]>([
    [{}, 80],
    [{ throughputLevel: 'HIGH' }, 1_000],
    [{ throughputLevel: 'NOT_APPLICABLE' }, 80],
    [{ throughputLevel: 'HIGH', isOnBizApp: true }, 20],
    [{ throughput: 7, isOnBizApp: true }, 7],
    [{ throughput: Infinity }, Infinity],
  ])('of a number with %j is %d messages per second', (fixture, messagesPerSecond) => {
    expect(numberWith(fixture).messagesPerSecond).toBe(messagesPerSecond);
  });

  it('is refused from the next message on, and free again one second after each', async () => {
    const number = numberWith({ isOnBizApp: true });
    expect(await codesOfSends(meta, 21, number)).toEqual([...Array.from({ length: 20 }, () => 0), 130429]);
    clock.advance(999);
    expect(await send(ANA, number)).toBe(130429);
    clock.advance(1);
    expect(await send(ANA, number)).toBe(0);
  });

  it('is of one number alone, and whatever the test sets', async () => {
    const number = numberWith({ throughput: 1 });
    expect([await send(ANA, number), await send(BEN, number), await send(BEN)]).toEqual([0, 130429, 0]);
    number.throughput = 2;
    expect([await send(BEN, number), await send(EVA, number)]).toEqual([0, 130429]);
    number.throughput = undefined;
    expect(await send(EVA, number)).toBe(0);
  });

  it('counts a message when its head arrives, however long the body takes', async () => {
    const number = numberWith({ throughput: 1 });
    const slow = request(`${meta.url}/v25.0/${number.id}/messages`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${meta.accessToken}`,
        'Content-Type': 'application/json',
        Expect: '100-continue',
      },
    });
    slow.flushHeaders();
    await once(slow, 'continue');
    clock.advance(999);
    expect(await send(BEN, number)).toBe(0);
    slow.end(JSON.stringify(messageTo(ANA)));
    const [response] = await once(slow, 'response');
    expect(await text(response)).toContain('"code":130429');
  });

  it('is not used up by what is refused, or marked as read', async () => {
    const number = numberWith({ throughput: 1 });
    const read = {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: 'wamid.HBgNNTQ5MTExMjM0NTY3OBUCABEYEjdB',
    };
    for (let time = 0; time < 3; time += 1) {
      expect((await call(meta, 'POST', `${number.id}/messages`, read)).status).toBe(200);
      expect(await send('nobody', number)).toBe(131009);
    }
    expect(await send(ANA, number)).toBe(0);
    expect(await send(BEN, number)).toBe(130429);
    clock.advance(1_000);
    expect(await send(BEN, number)).toBe(0);
  });
});

describe('the pair rate', () => {
  it('lets 45 messages through to one user, who is then left alone until they are paid back', async () => {
    for (let time = 0; time < 45; time += 1) expect(await send(ANA)).toBe(0);
    expect(await send('+54 911 1234-5678')).toBe(131056);
    expect(await send(BEN)).toBe(0);
    expect(await send(ANA, numberWith({}))).toBe(0);
    clock.advance(270_000 - 1);
    expect(await send(ANA)).toBe(131056);
    clock.advance(1);
    expect(await send(ANA)).toBe(0);
  });

  it('does not count for a group', async () => {
    const group = { ...messageTo('Y2FwaV9ncm91cDox'), recipient_type: 'group' };
    for (let time = 0; time < 46; time += 1) {
      expect((await call(meta, 'POST', `${meta.phoneNumber.id}/messages`, group)).status).toBe(200);
    }
  });
});

describe('limits', () => {
  it.each<[GraphApiServerOptions['limits'], number[]]>([
    [undefined, [0, 131056, 131048, 0, 130429]],
    [{ throughput: false }, [0, 131056, 131048, 0, 0]],
    [{ pair: false }, [0, 0, 130429, 130429, 130429]],
    [{ messagingLimit: false }, [0, 131056, 0, 130429, 130429]],
    [false, [0, 0, 0, 0, 0]],
  ])('can be turned off one by one, or all together: %j', async (limits, codes) => {
    await using server = await start({ limits });
    const number = server.phoneNumber;
    for (let time = 0; time < 44; time += 1) await codeOfSend(server, ANA);
    number.messagingLimit = 'TIER_1';
    number.throughput = 46;
    number.openWindow(EVA);
    const answers: number[] = [];
    for (const to of [ANA, ANA, BEN, EVA, EVA]) answers.push(await codeOfSend(server, to));
    expect(answers).toEqual(codes);
  });

  it('count nothing of a message that another limit refuses', async () => {
    meta.phoneNumber.messagingLimit = 'TIER_1';
    meta.phoneNumber.throughput = 2;
    expect(await send(ANA)).toBe(0);
    for (let time = 0; time < 50; time += 1) expect(await send(BEN)).toBe(131048);
    meta.phoneNumber.messagingLimit = 'TIER_2';
    expect([await send(BEN), await send(EVA)]).toEqual([0, 130429]);
  });

  it('are not used up any more after clear()', async () => {
    meta.phoneNumber.messagingLimit = 'TIER_1';
    meta.phoneNumber.throughput = 1;
    expect([await send(ANA), await send(BEN)]).toEqual([0, 130429]);
    meta.clear();
    expect(await send(BEN)).toBe(0);
  });
});
