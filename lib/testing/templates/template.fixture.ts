/**
 * One variable of a named template in a component's example.
 *
 * @publicApi
 */
export interface NamedExample {
  /** Name of the variable. */
  readonly param_name: string;
  /** Its sample value. */
  readonly example: string;
}

/**
 * Sample values for a component's variables, or the handle of a sample file.
 *
 * @publicApi
 */
export interface TemplateExample {
  /** Value of a numbered variable in a header. */
  readonly header_text?: readonly string[];
  /** Value of a named variable in a header. */
  readonly header_text_named_params?: readonly NamedExample[];
  /** Handle of a sample file. */
  readonly header_handle?: readonly string[];
  /** Values of numbered variables in a body: one list for each example. */
  readonly body_text?: readonly (readonly string[])[];
  /** Values of named variables in a body. */
  readonly body_text_named_params?: readonly NamedExample[];
}

/**
 * A button of a template.
 *
 * @publicApi
 */
export interface TemplateButton {
  /** What a tap does, such as `URL` or `QUICK_REPLY`. */
  readonly type: string;
  /** The label. */
  readonly text?: string;
  /** Of a URL button; may end in one variable. */
  readonly url?: string;
  /** Of a PHONE_NUMBER button. */
  readonly phone_number?: string;
  /** Of a URL with a variable a list; of a copy-code button the bare code. */
  readonly example?: string | readonly string[];
  /** Of an OTP button: `COPY_CODE`, `ONE_TAP` or `ZERO_TAP`. */
  readonly otp_type?: string;
  /** Of a one-tap button: its label where the code can be filled in. */
  readonly autofill_text?: string;
  /** Of a FLOW button: id of the Flow. */
  readonly flow_id?: number | string;
  /** Of a FLOW button: `navigate` or `data_exchange`. */
  readonly flow_action?: string;
  /** Of a FLOW button: the screen that it opens with. */
  readonly navigate_screen?: string;
}

/**
 * A card of a carousel.
 *
 * @publicApi
 */
export interface TemplateCard {
  /** Header, body and buttons of the card. */
  readonly components: readonly TemplateComponent[];
}

/**
 * A component of a template as Meta writes it.
 *
 * @publicApi
 */
export interface TemplateComponent {
  /** Which part of the template it is, such as `BODY`. */
  readonly type: string;
  /** Of a header: `TEXT`, `IMAGE`, `VIDEO`, `DOCUMENT` or `LOCATION`. */
  readonly format?: string;
  /** Text with variables such as `{{1}}` or `{{name}}`. */
  readonly text?: string;
  /** Samples of its variables. */
  readonly example?: TemplateExample;
  /** Of `BUTTONS`, in order. */
  readonly buttons?: readonly TemplateButton[];
  /** Of `CAROUSEL`, in order. */
  readonly cards?: readonly TemplateCard[];
  /** Of `LIMITED_TIME_OFFER`: its text, and whether the code expires. */
  readonly limited_time_offer?: {
    /** Its text: at most 16 characters. */
    readonly text: string;
    /** Whether the code expires. */
    readonly has_expiration?: boolean;
  };
  /** Of the body of a one-time code: whether it advises not to share the code. */
  readonly add_security_recommendation?: boolean;
  /** Of the footer of a one-time code: minutes until the code expires. */
  readonly code_expiration_minutes?: number;
}

/**
 * A template as Meta lists it. Only name, language and components must be given.
 *
 * @publicApi
 */
export interface TemplateFixture {
  /** By default a new one. */
  readonly id?: string;
  /** Free in the account, together with the language. */
  readonly name: string;
  /** Such as `es` or `en_US`. */
  readonly language: string;
  /** By default `APPROVED`. */
  readonly status?: string;
  /** By default `UTILITY`. */
  readonly category?: string;
  /** Meta's finer category, where it has one. */
  readonly sub_category?: string;
  /** The category before Meta changed it. */
  readonly previous_category?: string;
  /** By default what the variables look like: `NAMED` when one of them is no number, else `POSITIONAL`. */
  readonly parameter_format?: string;
  /** Why it is rejected; by default `NONE`. */
  readonly rejected_reason?: string;
  /** By default `UNKNOWN`. */
  readonly quality_score?: {
    /** `GREEN`, `YELLOW`, `RED` or `UNKNOWN`. */
    readonly score: string;
    /** When it was rated, in Unix seconds. */
    readonly date?: number;
  };
  /** Seconds after which a send that was not delivered is dropped. */
  readonly message_send_ttl_seconds?: number;
  /** Not checked: taken as reviewed by Meta. */
  readonly components: readonly TemplateComponent[];
}
