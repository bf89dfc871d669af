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

/** A button of a template, in Meta's own field names. */
export interface TemplateButton {
  readonly type: TemplateButtonType;
  /** The label. */
  readonly text?: string;
  /** Of a URL button; may end in one variable. */
  readonly url?: string;
  readonly phone_number?: string;
  /** A list for a URL button, a bare string for COPY_CODE. */
  readonly example?: string | readonly string[];
  /** Of an OTP button: `COPY_CODE`, `ONE_TAP` or `ZERO_TAP`. */
  readonly otp_type?: string;
  readonly flow_id?: string | number;
  readonly flow_name?: string;
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
