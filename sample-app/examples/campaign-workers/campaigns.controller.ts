import { Controller, Get, Param, Post } from '@nestjs/common';
import { BulkService } from 'nestjs-whatsapp';

@Controller('campaigns')
export class CampaignsController {
  constructor(private readonly bulk: BulkService) {}

  @Post(':name')
  async start(@Param('name') name: string) {
    const { id, status } = await this.bulk.create({
      name,
      template: 'hello_world',
      language: 'en_US',
      recipients: customers(),
      idempotency: `campaign-${name}`,
    });
    return { id, status };
  }

  @Get(':id')
  async progress(@Param('id') id: string) {
    const { status, counts } = await this.bulk.get(id);
    return { status, counts };
  }
}

/** In place of a cursor of your database: it is read once, and never held whole. */
async function* customers() {
  for (let number = 0; number < 20; number += 1) yield { phone: `+54911123456${String(number).padStart(2, '0')}` };
}
