import type { TemplateComponent, TemplateDefinition } from '../template-component.js';

/** Settings of a template that Meta takes as they are, at its creation and when it is edited. */
export interface TemplateSettings {
  /** How long Meta tries to deliver a message, in seconds; -1 for 30 days. */
  readonly messageSendTtlSeconds?: number;
  /** Whether Meta counts no clicks on the addresses of the buttons. */
  readonly ctaUrlLinkTrackingOptedOut?: boolean;
  /** Whether messages go to the recipient's phone alone, and to none of their linked devices. */
  readonly isPrimaryDeviceDeliveryOnly?: boolean;
  /** What Meta may change of the message by itself, in Meta's own shape. */
  readonly degreesOfFreedomSpec?: Readonly<Record<string, unknown>>;
  /** The highest price of a delivery, in Meta's own shape. */
  readonly optimizationSpec?: Readonly<Record<string, unknown>>;
  /** The same in its older shape. */
  readonly bidSpec?: Readonly<Record<string, unknown>>;

  /** Where Meta may take pictures from, in Meta's own shape. */
  readonly creativeSourcingSpec?: Readonly<Record<string, unknown>>;

  /** How the template is shown, by Meta's word for it. */
  readonly displayFormat?: string;

  /** What the template is about within its category, by Meta's word for it. */
  readonly subCategory?: string;
}

/**
 * A template to be created at Meta.
 *
 * @publicApi
 */
export interface TemplateDraft extends TemplateDefinition, TemplateSettings {
  /** Meta may put the template into another category, which has another price. */
  readonly category: 'AUTHENTICATION' | 'MARKETING' | 'UTILITY' | (string & {});
}

/**
 * What can be changed of a template. `components` replaces all of them; the category of an approved one stays.
 *
 * @publicApi
 */
export interface TemplateEdit extends TemplateSettings {
  /** The new components, all of them; the present ones when left out. */
  readonly components?: readonly TemplateComponent[];
  /** The new category, of a template that is not approved. */
  readonly category?: string;
}

/** What Meta calls the settings. */
export function settingsForMeta(settings: TemplateSettings): Readonly<Record<string, unknown>> {
  return {
    message_send_ttl_seconds: settings.messageSendTtlSeconds,
    cta_url_link_tracking_opted_out: settings.ctaUrlLinkTrackingOptedOut,
    is_primary_device_delivery_only: settings.isPrimaryDeviceDeliveryOnly,
    degrees_of_freedom_spec: settings.degreesOfFreedomSpec,
    optimization_spec: settings.optimizationSpec,
    bid_spec: settings.bidSpec,
    creative_sourcing_spec: settings.creativeSourcingSpec,
    display_format: settings.displayFormat,
    sub_category: settings.subCategory,
  };
}
