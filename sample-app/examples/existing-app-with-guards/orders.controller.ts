import { Body, Controller, Param, Post } from '@nestjs/common';
import { MessagesService } from 'nestjs-whatsapp';

@Controller({ path: 'orders', version: '1' })
export class OrdersController {
  constructor(private readonly messages: MessagesService) {}

  @Post(':id/shipped')
  async shipped(@Param('id') id: string, @Body() { phone }: { phone: string }) {
    const { status } = await this.messages.sendTemplate({
      to: phone,
      template: 'hello_world',
      language: 'en_US',
      idempotency: `order-${id}-shipped`,
    });
    return { id, message: status };
  }
}
