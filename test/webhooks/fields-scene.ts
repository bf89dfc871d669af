import { PhoneNumberEntity, SendingPauseEntity, TemplateEntity, type WhatsAppEvent } from 'nestjs-whatsapp';
import { sampleTemplates, type Template } from 'nestjs-whatsapp/testing';
import { FieldUpdates } from '../../lib/webhooks/fields/field-updates.js';
import type { FieldItem } from '../../lib/webhooks/webhook-item.js';
import { BulkScene, type BulkSceneOptions } from '../bulk/bulk-scene.js';

/** Seconds since 1970, now and then. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

/** An app, and changes as Meta reports them. */
export class FieldScene implements AsyncDisposable {
  private constructor(readonly scene: BulkScene) {}

  static async start(options: BulkSceneOptions = {}): Promise<FieldScene> {
    const scene = await BulkScene.start(options);
    // Knows the template and the number from now on.
    await scene.bulk.create(scene.input([{ phone: '+5491112345678', variables: { name: 'A', company: 'B' } }]));
    return new FieldScene(scene);
  }

  /** A change of the account, reported a while after all that is known. */
  item(field: string, value: FieldItem['value'], time: number | undefined = inSeconds(60)): FieldItem {
    return { kind: 'field', businessAccountId: this.scene.meta.account.id, field, time, value };
  }

  /** A change of the template that bulk sends of a scene send. */
  templateItem(field: string, value: FieldItem['value'], time?: number): FieldItem {
    const { id, name, language } = this.templateAtMeta;
    const reported = {
      message_template_id: Number(id),
      message_template_name: name,
      message_template_language: language.replace('_', '-'),
    };
    return this.item(field, { ...reported, ...value }, time);
  }

  apply(...items: readonly FieldItem[]): Promise<WhatsAppEvent[]> {
    return this.scene.app.get(FieldUpdates).apply(items);
  }

  /** The template of the scene's bulk sends, at the stand-in. */
  get templateAtMeta(): Template {
    const { name, language } = sampleTemplates.named;
    const template = this.scene.meta.account.template(name, language);
    if (!template) throw new Error('The template is missing.');
    return template;
  }

  template(): Promise<TemplateEntity> {
    const { name, language } = sampleTemplates.named;
    return this.scene.dataSource.getRepository(TemplateEntity).findOneByOrFail({ name, language });
  }

  number(): Promise<PhoneNumberEntity> {
    return this.scene.dataSource.getRepository(PhoneNumberEntity).findOneByOrFail({});
  }

  pauses(): Promise<SendingPauseEntity[]> {
    return this.scene.dataSource.getRepository(SendingPauseEntity).find();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.scene[Symbol.asyncDispose]();
  }
}
