/** One variable of a named template in a component's example. */
export interface NamedExample {
  readonly param_name: string;
  readonly example: string;
}

/** Sample values for a component's variables, or the handle of a sample file. */
export interface TemplateExample {
  readonly header_text?: readonly string[];
  readonly header_text_named_params?: readonly NamedExample[];
  readonly header_handle?: readonly string[];
  readonly body_text?: readonly (readonly string[])[];
  readonly body_text_named_params?: readonly NamedExample[];
}

/** A button of a template. */
export interface TemplateButton {
  readonly type: string;
  readonly text?: string;
  readonly url?: string;
  readonly phone_number?: string;
  /** Of a URL with a variable a list; of a copy-code button the bare code. */
  readonly example?: string | readonly string[];
  readonly otp_type?: string;
  readonly autofill_text?: string;
  readonly flow_id?: number | string;
  readonly flow_action?: string;
  readonly navigate_screen?: string;
}

/** A card of a carousel. */
export interface TemplateCard {
  readonly components: readonly TemplateComponent[];
}

/** A component of a template as Meta writes it. */
export interface TemplateComponent {
  readonly type: string;
  readonly format?: string;
  readonly text?: string;
  readonly example?: TemplateExample;
  readonly buttons?: readonly TemplateButton[];
  readonly cards?: readonly TemplateCard[];
  readonly limited_time_offer?: { readonly text: string; readonly has_expiration?: boolean };
  readonly add_security_recommendation?: boolean;
  readonly code_expiration_minutes?: number;
}

/** A template as Meta lists it. Only name, language and components must be given. */
export interface TemplateFixture {
  readonly id?: string;
  readonly name: string;
  readonly language: string;
  /** By default `APPROVED`. */
  readonly status?: string;
  /** By default `UTILITY`. */
  readonly category?: string;
  readonly sub_category?: string;
  readonly previous_category?: string;
  /** By default what the variables look like: `NAMED` when one of them is no number, else `POSITIONAL`. */
  readonly parameter_format?: string;
  readonly rejected_reason?: string;
  readonly quality_score?: { readonly score: string; readonly date?: number };
  readonly message_send_ttl_seconds?: number;
  readonly components: readonly TemplateComponent[];
}
