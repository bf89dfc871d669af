import { Agent, request } from 'undici';
import { serve } from '../processes/serve.js';
import { payloadFor, recipient } from '../recipients.js';
import type { MetaAccess } from '../stand-in/stand-in.process.js';

export interface BareLoopOptions {
  readonly meta: MetaAccess;
  readonly connections: number;
}

/** As fast as a process can be: nothing is checked, stored or paced. */
async function bareLoop({ meta, connections }: BareLoopOptions) {
  const agent = new Agent({ connections, pipelining: 1 });
  const url = `${meta.url}/v25.0/${meta.phoneNumberIds[0]}/messages`;
  const headers = { authorization: `Bearer ${meta.accessToken}`, 'content-type': 'application/json' };

  async function sendOne(index: number): Promise<void> {
    const body = payloadFor(recipient(index));
    const response = await request(url, { method: 'POST', headers, body, dispatcher: agent });
    const answer = await response.body.json();
    if (response.statusCode !== 200) throw new Error(`The stand-in answered ${JSON.stringify(answer)}.`);
  }

  return {
    async send(count: number): Promise<void> {
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < count) await sendOne(next++);
      };
      await Promise.all(Array.from({ length: connections }, lane));
    },
    close: () => agent.close(),
  };
}

export type BareLoop = Awaited<ReturnType<typeof bareLoop>>;

serve(bareLoop);
