import { Module } from '@nestjs/common';
import { AppModule } from './app.module.js';
import { DemoReplies } from './demo-replies.js';

/** The sample app, and someone who answers. */
@Module({ imports: [AppModule], providers: [DemoReplies] })
export class DemoModule {}
