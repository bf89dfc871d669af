import { Controller, Param, Post } from '@nestjs/common';
import { MessagesService } from 'nestjs-whatsapp';

@Controller('welcome')
export class WelcomeController {
  constructor(private readonly messages: MessagesService) {}

  @Post(':phone')
  async welcome(@Param('phone') phone: string) {
    // Every account has this template. The idempotency key keeps a second call from sending again.
    const { id, status, wamid } = await this.messages.sendTemplate({
      to: phone,
      template: 'hello_world',
      language: 'en_US',
      idempotency: `welcome-${phone}`,
    });
    return { id, status, wamid };
  }
}
