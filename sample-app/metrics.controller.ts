import { Controller, Get, StreamableFile } from '@nestjs/common';
import { WhatsAppMetrics } from 'nestjs-whatsapp';

@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: WhatsAppMetrics) {}

  /** What Prometheus scrapes. */
  @Get()
  async text(): Promise<StreamableFile> {
    return new StreamableFile(Buffer.from(await this.metrics.text()), { type: this.metrics.contentType });
  }
}
