/** Kinds of component that Meta documents; others are tolerated. Reads are upper case, but compare without case. */
export type TemplateComponentType =
  | 'HEADER'
  | 'BODY'
  | 'FOOTER'
  | 'BUTTONS'
  | 'CAROUSEL'
  | 'LIMITED_TIME_OFFER'
  | 'CALL_PERMISSION_REQUEST'
  | (string & {});

/** What a header is made of. */
export type TemplateHeaderFormat =
  'TEXT' | 'IMAGE' | 'VIDEO' | 'DOCUMENT' | 'LOCATION' | 'GIF' | 'PRODUCT' | (string & {});

/** The example of a named variable. */
export interface NamedExample {
  readonly param_name: string;
  readonly example: string;
}

/** Sample values that Meta's reviewers see; Meta wants one for each variable. */
export interface TemplateExample {
  readonly header_text?: readonly string[];
  readonly header_text_named_params?: readonly NamedExample[];
  /** Handle of an uploaded file; in answers a URL, which cannot be sent as a `link`. */
  readonly header_handle?: readonly string[];
  /** Meta nests it: one list of values in a list. */
  readonly body_text?: readonly (readonly string[])[];
  readonly body_text_named_params?: readonly NamedExample[];
}

/** One card of a carousel. */
export interface TemplateCard {
  readonly components: readonly TemplateComponent[];
}

/**
 * A component of a template, in Meta's own field names.
 * See https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components
 *
 * @publicApi
 */
export interface TemplateComponent {
  /** Which part of the template it is, in upper case or lower. */
  readonly type: TemplateComponentType;
  /** Of a HEADER. */
  readonly format?: TemplateHeaderFormat;
  /** Of a HEADER, BODY or FOOTER; may hold variables such as `{{1}}` or `{{name}}`. */
  readonly text?: string;
  /** Samples of the variables, for Meta's reviewers. */
  readonly example?: TemplateExample;
  /** Of BUTTONS. */
  readonly buttons?: readonly TemplateButton[];
  /** Of a CAROUSEL. */
  readonly cards?: readonly TemplateCard[];
  /** Of a `LIMITED_TIME_OFFER`: its text, and whether the code expires. */
  readonly limited_time_offer?: {
    /** Its text: at most 16 characters. */
    readonly text?: string;
    /** Whether the code expires. */
    readonly has_expiration?: boolean;
  };
  /** Of an authentication template's BODY. */
  readonly add_security_recommendation?: boolean;
  /** Of an authentication template's FOOTER, in minutes. */
  readonly code_expiration_minutes?: number;
}

/**
 * As much of a template as the rules of this room need.
 *
 * @publicApi
 */
export interface TemplateDefinition {
  /** Name of the template. */
  readonly name: string;
  /** Such as `es` or `en_US`. */
  readonly language: string;
  /** `AUTHENTICATION`, `MARKETING` or `UTILITY`. */
  readonly category?: 'AUTHENTICATION' | 'MARKETING' | 'UTILITY' | (string & {});
  /** `POSITIONAL` ({{1}}, {{2}}) when absent. */
  readonly parameterFormat?: 'POSITIONAL' | 'NAMED' | (string & {});
  /** Header, body, footer, buttons and cards, in Meta's own shape. */
  readonly components: readonly TemplateComponent[];
}

/** Whether two of Meta's words are the same, whatever their case. */
export function isSameWord(one: string | undefined, other: string): boolean {
  return typeof one === 'string' && one.toUpperCase() === other.toUpperCase();
}

/** The first component of a type, whatever its case. */
export function componentOf(
  components: readonly TemplateComponent[],
  type: TemplateComponentType,
): TemplateComponent | undefined {
  return components.find((component) => isSameWord(component?.type, type));
}

/** Kinds of button that Meta documents; others are tolerated. Reads are upper case, but compare without case. */
export type TemplateButtonType =
  | 'QUICK_REPLY'
  | 'URL'
  | 'PHONE_NUMBER'
  | 'COPY_CODE'
  | 'OTP'
  | 'FLOW'
  | 'CATALOG'
  | 'MPM'
  | 'SPM'
  | 'VOICE_CALL'
  | 'REQUEST_CONTACT_INFO'
  | 'APP'
  | (string & {});

/**
 * A button of a template, in Meta's own field names.
 *
 * @publicApi
 */
export interface TemplateButton {
  /** What a tap does, in upper case or lower. */
  readonly type: TemplateButtonType;
  /** The label. */
  readonly text?: string;
  /** Of a URL button; may end in one variable. */
  readonly url?: string;
  /** Of a PHONE_NUMBER button: the number that it calls. */
  readonly phone_number?: string;
  /** A list for a URL button, a bare string for COPY_CODE. */
  readonly example?: string | readonly string[];
  /** Of an OTP button: `COPY_CODE`, `ONE_TAP` or `ZERO_TAP`. */
  readonly otp_type?: string;
  /** Of a FLOW button: Meta's id of the Flow. */
  readonly flow_id?: string | number;
  /** Of a FLOW button: the Flow's name, instead of its id. */
  readonly flow_name?: string;
  /** Of a FLOW button: the Flow itself, instead of its id. */
  readonly flow_json?: string;
}

const ONE_TIME_CODE_ADDRESS = /^https?:\/\/(?:[a-z0-9-]+\.)*whatsapp\.com\/otp\b/i;

/** Whether a button hands over a one-time code. Meta creates it as `OTP` and gives it back as a `URL` of its own. */
export function isOneTimeCodeButton(button: TemplateButton): boolean {
  if (buttonTypeOf(button) === 'OTP') return true;
  return buttonTypeOf(button) === 'URL' && (Boolean(button.otp_type) || ONE_TIME_CODE_ADDRESS.test(button.url ?? ''));
}

/** The button's type in upper case. */
export function buttonTypeOf(button: TemplateButton): TemplateButtonType {
  return typeof button.type === 'string' ? button.type.toUpperCase() : '';
}
