import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { messageOf } from '../foreign-errors.js';
import type { DemoFlags } from './demo.command.js';
import type { DoctorFlags } from './doctor/doctor.command.js';
import type { SendFlags } from './send.command.js';
import type { SettingFlags } from './settings.js';
import type { TemplatesFlags } from './templates.command.js';
import { CommandError, type Terminal } from './terminal.js';
import type { WebhookSendFlags } from './webhook/webhook.commands.js';

/**
 * Runs one command. Each is loaded when it is asked for: `--help` is there at once.
 * @returns the exit code: 0, 1 when the command found or met a problem, 2 when it was written wrongly
 */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = makeProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.printError(messageOf(error));
    if (error instanceof CommandError) return error.exitCode;
    return 1;
  }
}

function makeProgram(terminal: Terminal, setExitCode: (code: number) => void): Command {
  /** What a command ends in is the exit code. */
  const end: End = async (command) => setExitCode(await command());

  const program = new Command('nestjs-whatsapp')
    .description('Looks at the set-up of nestjs-whatsapp, and talks to Meta from the command line.')
    .version(packageVersion(), '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.printError(text.trimEnd()),
    })
    .showHelpAfterError('Help: add --help.')
    .addHelpText('after', `\n${SETTINGS_HELP}`);

  withSettings(program.command('doctor').description('Finds what is wrong with the set-up, and says how to mend it.'))
    .option('--webhook-url <url>', 'the public address of the webhook; by default the one that Meta has')
    .option('--template <name>', 'a template that has to be there, and approved')
    .option('--language <code>', 'its language, such as en_US')
    .option('--json', 'print the findings as JSON')
    .action((flags: DoctorFlags) =>
      end(async () => (await import('./doctor/doctor.command.js')).doctor(flags, terminal)),
    );

  withSettings(program.command('send <phone>').description('Sends one message straight to Meta, without the app.'))
    .option('--template <name>', 'the template to send (default: "hello_world")')
    .option('--language <code>', 'its language; needed where it has several')
    .option('--variables <json>', `values by name, such as '{"name":"Ana"}'`)
    .option('--button-variables <json>', `values of buttons, such as '{"button_0":"17"}'`)
    .option('--text <text>', 'a text instead; it arrives within 24 hours after the person wrote')
    .action((phone: string, flags: SendFlags) =>
      end(async () => (await import('./send.command.js')).send(phone, flags, terminal)),
    );

  withSettings(program.command('templates').description('Lists the templates of the account, as Meta has them now.'))
    .option('--status <status>', 'only those in this status, such as APPROVED')
    .option('--json', 'print them as JSON')
    .action((flags: TemplatesFlags) =>
      end(async () => (await import('./templates.command.js')).templates(flags, terminal)),
    );

  addWebhookCommands(program.command('webhook').description('Tries the webhook of an app.'), terminal, end);

  program
    .command('demo')
    .description('Runs a stand-in for Meta with a sample account, to try things without Meta.')
    .option('--port <port>', 'the port it listens on', '4010')
    .option('--webhook-url <url>', 'where it posts what happens to messages')
    .action((flags: DemoFlags) => end(async () => (await import('./demo.command.js')).demo(flags, terminal)));

  return program;
}

type End = (command: () => Promise<number>) => Promise<void>;

const loadWebhookCommands = () => import('./webhook/webhook.commands.js');

function addWebhookCommands(webhook: Command, terminal: Terminal, end: End): void {
  withSettings(
    webhook.command('verify <url>').description('Asks an app as Meta does when an address is entered there.'),
  ).action((url: string, flags: SettingFlags) =>
    end(async () => (await loadWebhookCommands()).verify(url, flags, terminal)),
  );
  withSettings(webhook.command('send <url>').description('Posts a sample to an app, signed as Meta signs it.'))
    .option('--from <phone>', 'the customer', '+5491112345678')
    .option('--text <text>', 'what the customer writes', 'Hello')
    .option('--status <status>', 'instead: what happened to a message, such as delivered; needs --wamid')
    .option('--wamid <id>', "Meta's id of that message")
    .action((url: string, flags: WebhookSendFlags) =>
      end(async () => (await loadWebhookCommands()).sendWebhook(url, flags, terminal)),
    );
  withSettings(
    webhook.command('sign [file]').description('Prints the signature of a body: of a file, or of what is piped in.'),
  ).action((file: string | undefined, flags: SettingFlags) =>
    end(async () => (await loadWebhookCommands()).sign(file, flags, terminal)),
  );
  withSettings(webhook.command('subscribe').description('Subscribes the app to the webhooks of the account, at Meta.'))
    .option('--yes', 'do it without a question')
    .action((flags: SettingFlags & { yes?: boolean }) =>
      end(async () => (await loadWebhookCommands()).subscribe(flags, terminal)),
    );
}

const withSettings = (command: Command): Command =>
  command
    .option('--account <id>', 'id of the business account')
    .option('--phone-number <id>', 'id of the phone number')
    .option('--env-file <path>', 'the file with settings (default: ".env")');

const SETTINGS_HELP = `Settings come from the environment and from the file .env of this folder:
  WHATSAPP_BUSINESS_ACCOUNT_ID, WHATSAPP_PHONE_NUMBER_ID, WHATSAPP_ACCESS_TOKEN, WHATSAPP_APP_SECRET,
  WHATSAPP_VERIFY_TOKEN, WHATSAPP_WEBHOOK_URL, WHATSAPP_GRAPH_URL, WHATSAPP_GRAPH_VERSION,
  WHATSAPP_DEFAULT_COUNTRY, DATABASE_URL (or DATABASE_FILE, of SQLite), REDIS_URL`;

/** The package's own manifest is above this file, in the bundle and in the sources. */
function packageVersion(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (!existsSync(path)) continue;
    const manifest: { readonly name?: string; readonly version?: string } = JSON.parse(readFileSync(path, 'utf8'));
    if (manifest.name === 'nestjs-whatsapp') return manifest.version ?? 'unknown';
  }
  return 'unknown';
}
