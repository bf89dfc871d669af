import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { type WhatsAppHealthReport, WhatsAppHealth } from 'nestjs-whatsapp';

interface Health {
  readonly status: 'ok' | 'error';
  readonly checks: WhatsAppHealthReport['checks'];
}

@Controller('health')
export class HealthController {
  constructor(private readonly whatsapp: WhatsAppHealth) {}

  /** 200 when the database and, where it is used, Redis answer, else 503; what else is wrong is reported. */
  @Get()
  async check(): Promise<Health> {
    const { status, checks } = await this.whatsapp.check();
    if (status === 'down') throw new ServiceUnavailableException({ status: 'error', checks } satisfies Health);
    return { status: 'ok', checks };
  }
}
