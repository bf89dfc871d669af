import type { Rule, SchematicContext } from '@angular-devkit/schematics';

/** What `nest add` did, and what is left to do. */
export interface Report {
  readonly done: readonly string[];
  readonly remaining: readonly string[];
}

/** Schematic that prints a report. It is run as a task, for tasks run in their order: so it comes after the installation. */
export function report(options: Report): Rule {
  return (_tree, context) => printReport(options, context.logger);
}

export function printReport({ done, remaining }: Report, logger: SchematicContext['logger']): void {
  const left = remaining.map((line, index) => `  ${index + 1}. ${line}`);
  const lines = [
    '',
    'nestjs-whatsapp:',
    ...done.map((line) => `  - ${line}`),
    ...(left.length > 0 ? ['', 'Left for you:', ...left] : []),
    '',
  ];
  logger.info(lines.join('\n'));
}
