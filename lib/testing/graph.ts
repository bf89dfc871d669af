import { App } from './app/app.js';
import type { GraphApiServerOptions } from './graph-api-server.options.js';
import type { AccountNode, GraphNode } from './graph-node.js';
import { Limits } from './limits/limits.js';
import { Pricing } from './pricing/pricing.js';
import type { Records } from './records/records.js';
import { Users } from './users/user.js';
import { Webhooks } from './webhooks/webhooks.js';

/** Meta's ids are numeric strings of 15 digits and more; counted per process, so that two servers never share one. */
let lastId = 100_000_000_000_000;

/** Everything the stand-in knows: nodes by their id, what was recorded, what of the limits is used up, the clock. */
export class Graph<A extends AccountNode = AccountNode> {
  readonly nodes = new Map<string, GraphNode>();
  readonly accounts: A[] = [];
  readonly app = new App();
  readonly limits: Limits;
  readonly users = new Users();
  readonly webhooks: Webhooks;
  readonly pricing: Pricing;
  /** Where it listens; set once the port is known. */
  url = '';

  constructor(
    readonly options: GraphApiServerOptions,
    readonly accessToken: string,
    readonly appSecret: string,
    readonly records: Records,
  ) {
    this.limits = new Limits(options.limits);
    this.pricing = new Pricing(({ ownerBusinessId }, change) => {
      for (const account of this.accounts) {
        if (account.ownerBusinessId !== ownerBusinessId) continue;
        this.webhooks.publish({ kind: 'field', account, phoneNumber: undefined, ...change });
      }
    });
    this.webhooks = new Webhooks(options.webhooks, this.pricing, () => this.now());
  }

  /** An id that no node has. */
  newId(): string {
    lastId += 1;
    return this.nodes.has(String(lastId)) ? this.newId() : String(lastId);
  }

  /** Makes a node findable by its id. Throws when the id is taken. */
  register(node: GraphNode): void {
    if (this.nodes.has(node.id)) {
      throw new Error(`The id ${node.id} is taken on this GraphApiServer: leave \`id\` out, or give another one.`);
    }
    this.nodes.set(node.id, node);
  }

  /** Epoch milliseconds by the clock of the options. */
  now(): number {
    return this.options.now?.() ?? Date.now();
  }

  /** Milliseconds for intervals: by the clock of the options, else by one that knows fractions and never goes back. */
  preciseNow(): number {
    return this.options.now?.() ?? performance.now();
  }
}
