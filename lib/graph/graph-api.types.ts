/** A page of a listing. */
export interface GraphPage<T> {
  readonly data?: readonly T[];
  readonly paging?: {
    readonly cursors?: { readonly before?: string; readonly after?: string };
    /** Present while there are more pages; never called, for it may carry the access token. */
    readonly next?: string;
    readonly previous?: string;
  };
  readonly summary?: Readonly<Record<string, unknown>>;
}

/**
 * Meta's answer to a message it accepted, which is not delivered yet.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 */
export interface GraphSendResponse {
  readonly messaging_product?: string;
  readonly contacts?: readonly {
    /** The recipient as it was sent. */
    readonly input?: string;
    /** The recipient as WhatsApp knows it; may differ from the number sent, and is absent for a user id. */
    readonly wa_id?: string;
    /** Business-scoped user id, when the message was sent to one. */
    readonly user_id?: string;
  }[];
  readonly messages?: readonly {
    readonly id?: string;
    /** Templates only: `accepted`, `held_for_quality_assessment` or `paused`. */
    readonly message_status?: string;
    readonly group_id?: string;
  }[];
}

/** Whether Meta lets something send messages, and why not. */
export interface GraphHealthStatus {
  /** `AVAILABLE`, `LIMITED` or `BLOCKED`. */
  readonly can_send_message?: string;
  readonly entities?: readonly {
    /** `PHONE_NUMBER`, `MESSAGE_TEMPLATE`, `WABA`, `BUSINESS` or `APP`. */
    readonly entity_type?: string;
    readonly id?: string;
    readonly can_send_message?: string;
    readonly additional_info?: readonly string[];
    readonly errors?: readonly {
      readonly error_code?: number;
      readonly error_description?: string;
      readonly possible_solution?: string;
    }[];
  }[];
}

/**
 * A business phone number, with the fields that were asked for.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/phone-numbers
 */
export interface GraphPhoneNumber {
  readonly id: string;
  readonly display_phone_number?: string;
  readonly verified_name?: string;
  readonly status?: string;
  /** `GREEN`, `YELLOW`, `RED`, `UNKNOWN` or `NA`. */
  readonly quality_rating?: string;
  readonly quality_score?: { readonly score?: string };
  readonly code_verification_status?: string;
  readonly name_status?: string;
  readonly new_name_status?: string;
  readonly platform_type?: string;
  /** `STANDARD`, `HIGH` or `NOT_APPLICABLE`. */
  readonly throughput?: { readonly level?: string };
  readonly account_mode?: string;
  /** The WhatsApp Business app uses the number too, which limits it to 20 messages a second. */
  readonly is_on_biz_app?: boolean;
  readonly is_official_business_account?: boolean;
  readonly is_pin_enabled?: boolean;
  /** The messaging limit of the business portfolio, such as `TIER_250`. */
  readonly whatsapp_business_manager_messaging_limit?: string;
  /** The messaging limit of the number itself, before October 2025. */
  readonly messaging_limit_tier?: string;
  readonly health_status?: GraphHealthStatus;
  readonly webhook_configuration?: Readonly<Record<string, string>>;
  readonly last_onboarded_time?: string;
}

/** A WhatsApp Business Account, with the fields that were asked for. */
export interface GraphBusinessAccount {
  readonly id: string;
  readonly name?: string;
  readonly timezone_id?: string;
  readonly currency?: string;
  readonly country?: string;
  readonly message_template_namespace?: string;
  readonly account_review_status?: string;
  readonly business_verification_status?: string;
  readonly ownership_type?: string;
  /** The business portfolio, which all limits on recipients belong to. */
  readonly owner_business_info?: { readonly id?: string; readonly name?: string };
  readonly health_status?: GraphHealthStatus;
  readonly marketing_messages_lite_api_status?: string;
  readonly marketing_messages_onboarding_status?: string;
  readonly disable_marketing_messages_on_cloud_api?: boolean;
}

/**
 * A message template, with the fields that were asked for. Values of enumerations are Meta's, in upper case; new ones
 * appear without notice.
 *
 * @typeParam Component Its header, body, buttons and so on, as the reader knows them.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
 */
export interface GraphTemplate<Component = unknown> {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly status?: string;
  readonly category?: string;
  readonly sub_category?: string;
  readonly previous_category?: string;
  readonly correct_category?: string;
  readonly components?: readonly Component[];
  /** `NAMED`, or `POSITIONAL`, which is meant when it is absent. */
  readonly parameter_format?: string;
  readonly rejected_reason?: string;
  readonly quality_score?: { readonly score?: string; readonly date?: number; readonly reasons?: readonly string[] };
  readonly message_send_ttl_seconds?: number;
  readonly cta_url_link_tracking_opted_out?: boolean;
  readonly library_template_name?: string;
  readonly health_status?: GraphHealthStatus;
  readonly last_updated_time?: string;
  readonly product_set_id?: string;
  readonly source?: string;
}

/** Meta's answer to creating a template; the category is the one Meta chose, which sets the price. */
export interface GraphTemplateCreated {
  readonly id: string;
  readonly status?: string;
  readonly category?: string;
}
