import type { Graph } from '../graph.js';
import type { AccountNode, TemplateNode } from '../graph-node.js';
import type { NodeFields } from '../server/node-fields.js';
import type { Change } from '../webhooks/update.js';
import { categoryChange, componentsChange, qualityChange, statusChange } from '../webhooks/field-changes.js';
import { outlineOf, type TemplateOutline, isPositional } from './template-outline.js';
import type { TemplateComponent, TemplateFixture } from './template.fixture.js';

const DEFAULT_FIELDS = [
  'name',
  'parameter_format',
  'components',
  'language',
  'status',
  'category',
  'sub_category',
  'id',
];

/**
 * A message template. What is public and not `readonly` may be changed while a test runs; Meta's webhooks report it.
 *
 * @publicApi
 */
export class Template implements TemplateNode {
  /** The template's id. */
  readonly id: string;
  /** Its name; one name may have several languages. */
  readonly name: string;
  /** Such as `es` or `en_US`. */
  readonly language: string;
  /** `POSITIONAL` or `NAMED`. */
  readonly parameterFormat: string;
  /** Why it is rejected; to be set before `status`. */
  rejectedReason: string;
  /** What `message_status` says of its sends, such as `held_for_quality_assessment` while it is paced. */
  messageStatus = 'accepted';
  /** Seconds after which a send that was not delivered is dropped; Meta's default when undefined. */
  timeToLive: number | undefined;
  /**
   * From when the Marketing Messages API can send it, in epoch milliseconds on the server's clock: ten minutes after it was
   * created, at once for a fixture. Null when its ad sync failed.
   */
  adSyncedAt: number | null = 0;
  /** What it was created and edited with, by Meta's names. */
  readonly settings: Record<string, unknown> = {};
  /** When it was edited while approved, in epoch milliseconds. */
  readonly edits: number[] = [];
  #status: string;
  #category: string;
  #qualityScore: string;
  #components: readonly TemplateComponent[];
  #outline: TemplateOutline;
  #updatedAt: number;

  constructor(
    private readonly graph: Graph,
    /** The account that owns it. */
    readonly account: AccountNode,
    private readonly fixture: TemplateFixture,
  ) {
    this.id = fixture.id ?? graph.newId();
    this.name = fixture.name;
    this.language = fixture.language;
    this.#status = fixture.status ?? 'APPROVED';
    this.#category = fixture.category ?? 'UTILITY';
    this.#qualityScore = fixture.quality_score?.score ?? 'UNKNOWN';
    this.rejectedReason = fixture.rejected_reason ?? 'NONE';
    this.timeToLive = fixture.message_send_ttl_seconds;
    this.#components = fixture.components;
    this.#outline = outlineOf(fixture.components);
    this.#updatedAt = graph.now();
    this.parameterFormat = fixture.parameter_format?.toUpperCase() ?? this.guessParameterFormat();
  }

  /** `APPROVED` can be sent; a webhook reports a change. */
  get status(): string {
    return this.#status;
  }

  /** `APPROVED` can be sent; a webhook reports a change. */
  set status(status: string) {
    const before = this.#status;
    this.#status = status;
    if (status !== before) this.publish(statusChange(this, before));
  }

  /** `AUTHENTICATION`, `MARKETING` or `UTILITY`; a webhook reports a change. */
  get category(): string {
    return this.#category;
  }

  /** `AUTHENTICATION`, `MARKETING` or `UTILITY`; a webhook reports a change. */
  set category(category: string) {
    const before = this.#category;
    this.#category = category;
    if (category !== before) this.publish(categoryChange(this, before));
  }

  /** `GREEN`, `YELLOW`, `RED` or `UNKNOWN`; a webhook reports a change. */
  get qualityScore(): string {
    return this.#qualityScore;
  }

  /** `GREEN`, `YELLOW`, `RED` or `UNKNOWN`; a webhook reports a change. */
  set qualityScore(score: string) {
    const before = this.#qualityScore;
    this.#qualityScore = score;
    if (score !== before) this.publish(qualityChange(this, before));
  }

  /** Its components, in Meta's own shape; a webhook reports a change. */
  get components(): readonly TemplateComponent[] {
    return this.#components;
  }

  /** Its components, in Meta's own shape; a webhook reports a change. */
  set components(components: readonly TemplateComponent[]) {
    this.#components = components;
    this.#outline = outlineOf(components);
    this.#updatedAt = this.graph.now();
    this.publish(componentsChange(this));
  }

  /** What a send of it has to fill. */
  get outline(): TemplateOutline {
    return this.#outline;
  }

  /** Whether it has a maximum price, which only the Marketing Messages API knows. */
  get hasMaxPrice(): boolean {
    return this.settings['optimization_spec'] !== undefined || this.settings['bid_spec'] !== undefined;
  }

  /** What `GET /{TEMPLATE_ID}` returns. */
  fields(): NodeFields {
    const { fixture } = this;
    return {
      type: 'WhatsAppMessageTemplate',
      defaults: DEFAULT_FIELDS,
      values: {
        id: this.id,
        name: this.name,
        language: this.language,
        status: this.status,
        category: this.category,
        sub_category: fixture.sub_category,
        previous_category: fixture.previous_category,
        correct_category: undefined,
        components: this.#components,
        parameter_format: this.parameterFormat,
        rejected_reason: this.rejectedReason,
        quality_score: { score: this.qualityScore, date: Math.floor(this.#updatedAt / 1000) },
        message_send_ttl_seconds: this.timeToLive,
        cta_url_link_tracking_opted_out: false,
        library_template_name: undefined,
        health_status: { can_send_message: this.status === 'APPROVED' ? 'AVAILABLE' : 'BLOCKED', entities: [] },
        last_updated_time: new Date(this.#updatedAt).toISOString().replace(/\.\d+Z$/, '+0000'),
        product_set_id: undefined,
        source: undefined,
        ...this.settings,
      },
    };
  }

  private publish(change: Change): void {
    this.graph.webhooks.publish({ kind: 'field', account: this.account, phoneNumber: undefined, ...change });
  }

  private guessParameterFormat(): string {
    const { header, body, cards = [] } = this.#outline;
    const parts = [{ header, body }, ...cards];
    const variables = parts.flatMap((part) => [...(part.header?.text.variables ?? []), ...part.body.variables]);
    return variables.every(isPositional) ? 'POSITIONAL' : 'NAMED';
  }
}
