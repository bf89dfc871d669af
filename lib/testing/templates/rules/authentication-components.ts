import type { Param } from '../../server/param.js';
import type { TemplateButton, TemplateComponent } from '../template.fixture.js';

const OTP_ADDRESS = 'https://www.whatsapp.com/otp/code/';
const OTP_TYPES = ['COPY_CODE', 'ONE_TAP', 'ZERO_TAP'];

/**
 * Meta writes the text of an authentication template itself, and lists its OTP button as a URL button to an `otp` address.
 * See Meta's page "Authentication templates".
 */
export function readAuthenticationComponents(
  byType: ReadonlyMap<string, Param>,
  components: Param,
): TemplateComponent[] {
  const body = byType.get('BODY');
  const buttons = byType.get('BUTTONS');
  if (!body || !buttons) throw components.invalid('must have a BODY and BUTTONS in an authentication template.');
  if (body.get('text').given) throw body.get('text').invalid('cannot be chosen in an authentication template.');
  const forbidden = ['HEADER', 'CAROUSEL', 'LIMITED_TIME_OFFER'].find((type) => byType.has(type));
  if (forbidden !== undefined) throw components.invalid(`must not have a ${forbidden} in an authentication template.`);

  const [button] = buttons.get('buttons').itemsBetween(1, 1);
  const recommends = body.get('add_security_recommendation').value === true;
  const warning = recommends ? ' For your security, do not share this code.' : '';
  const minutes = readExpiration(byType.get('FOOTER'));
  return [
    {
      type: 'BODY',
      text: `*{{1}}* is your verification code.${warning}`,
      ...(recommends && { add_security_recommendation: true }),
      example: { body_text: [['123456']] },
    },
    ...(minutes === undefined
      ? []
      : [{ type: 'FOOTER', text: `This code expires in ${minutes} minutes.`, code_expiration_minutes: minutes }]),
    ...(button ? [{ type: 'BUTTONS', buttons: [listedButton(button, minutes)] }] : []),
  ];
}

function readExpiration(footer: Param | undefined): number | undefined {
  const expiration = footer?.get('code_expiration_minutes');
  if (!expiration?.given) return undefined;
  const minutes = expiration.integer();
  if (minutes < 1 || minutes > 90) throw expiration.invalid('must be between 1 and 90.');
  return minutes;
}

function listedButton(button: Param, minutes: number | undefined): TemplateButton {
  button.get('type').oneOf(['OTP']);
  const otpType = button.get('otp_type').oneOf(OTP_TYPES);
  const query = `otp_type=${otpType}${minutes === undefined ? '' : `&code_expiration_minutes=${minutes}`}`;
  return {
    type: 'URL',
    text: button.get('text').optionalText(25) ?? 'Copy code',
    url: `${OTP_ADDRESS}?${query}&code=otp{{1}}`,
    example: [`${OTP_ADDRESS}?${query}&code=otp123456`],
  };
}
