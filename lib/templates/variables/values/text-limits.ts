// Meta's limits, in characters: https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components

export const HEADER_LENGTH = 60;
export const BODY_LENGTH = 1024;
export const FOOTER_LENGTH = 60;
export const CARD_BODY_LENGTH = 160;
export const OFFER_LENGTH = 16;
export const BUTTON_LABEL_LENGTH = 25;
export const URL_LENGTH = 2000;
export const PHONE_NUMBER_LENGTH = 20;

/** Meta's pages say 15 in one place and 20 in another: only what both refuse is refused here. */
export const COUPON_CODE_LENGTH = 20;

export const ONE_TIME_CODE_LENGTH = 15;
export const PAYLOAD_LENGTH = 256;
