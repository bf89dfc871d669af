import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ValidationError } from '../../lib/errors.js';
import type { TemplateDraft, TemplateEdit } from '../../lib/templates/drafts/template-draft.js';
import { WorkspaceApp } from '../accounts/workspace-app.js';

const draft: TemplateDraft = {
  name: 'order_sent',
  language: 'es',
  category: 'MARKETING',
  components: [{ type: 'BODY', text: 'Tu pedido ya salió.' }],
};

describe('an edit of a template', () => {
  const { name, language } = sampleTemplates.named;
  let scene: WorkspaceApp;

  beforeEach(async () => {
    scene = await WorkspaceApp.start({ meta: { sample: true } });
    await scene.accounts.sync(scene.here);
    scene.meta.clear();
  });
  afterEach(() => scene[Symbol.asyncDispose]());

  const sample = () => scene.meta.account.template(name, language);
  const changes = () => scene.meta.requests.filter(({ method }) => method === 'POST');
  const edit = (changed: TemplateEdit, which: { name: string; language: string } = { name, language }) =>
    scene.templates.edit({ ...scene.here, name: which.name, language: which.language }, changed);

  it('checks nothing but what it changes, however old the rest is', async () => {
    const components = [
      { type: 'BODY', text: '{{1}} {{2}} begins and ends with variables {{3}}' },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Go', url: 'https://a.example/{{1}}/more' }] },
    ];
    const old = scene.meta.account.addTemplate({ name: 'Old-Template', language: 'es', components });
    await scene.accounts.sync(scene.here);
    await edit({ messageSendTtlSeconds: 60 }, old);
    expect(old.timeToLive).toBe(60);
    old.status = 'REJECTED';
    await edit({ category: 'MARKETING' }, old);
    expect(old.category).toBe('MARKETING');
    expect(changes().map(({ body: sent }) => sent)).toEqual([
      { message_send_ttl_seconds: 60 },
      { category: 'MARKETING' },
    ]);
    await expect(edit({ messageSendTtlSeconds: 1 }, old)).rejects.toThrow(ValidationError);
    await expect(edit({}, old)).rejects.toThrow(ValidationError);
  });

  it('changes the settings that Meta takes as they are, at the creation too, and names those that it does not know', async () => {
    const settings = {
      isPrimaryDeviceDeliveryOnly: true,
      degreesOfFreedomSpec: { creative_features_spec: { image_touchups: { enroll_status: 'OPT_IN' } } },
      bidSpec: { bid_amount: 5_000 },
      optimizationSpec: { bid_strategy: 'LOWEST_COST_WITH_BID_CAP', bid_amount: 5_000 },
    };
    const sent = {
      is_primary_device_delivery_only: true,
      degrees_of_freedom_spec: settings.degreesOfFreedomSpec,
      bid_spec: settings.bidSpec,
      optimization_spec: settings.optimizationSpec,
    };
    await scene.templates.create({ ...draft, ...settings, ctaUrlLinkTrackingOptedOut: true }, scene.here);
    const created = scene.meta.account.template(draft.name, draft.language);
    expect(created?.settings).toEqual({ ...sent, cta_url_link_tracking_opted_out: true });
    await edit({ ...settings, ctaUrlLinkTrackingOptedOut: false });
    expect(sample()?.settings).toEqual({ ...sent, cta_url_link_tracking_opted_out: false });
    const strange: object = { cta_url_link_tracking: true, bidSpec: 'cheap' };
    await expect(edit(strange)).rejects.toMatchObject({
      problems: [{ path: 'cta_url_link_tracking' }, { path: 'bidSpec' }],
    });
  });
});
