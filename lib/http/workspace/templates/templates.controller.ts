import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { TemplatesService } from '../../../templates/templates.service.js';
import { WorkspacesService } from '../../../workspaces/workspaces.service.js';
import { ValidDtoPipe } from '../../dto.pipe.js';
import { Operation } from '../../openapi/operation.js';
import { RequestUrl } from '../../request-url.decorator.js';
import { PageDto, toPage } from '../page.dto.js';
import { paginated } from '../paginator.presenter.js';
import { presentSuccess } from '../success.presenter.js';
import { presentTemplate } from './template.presenter.js';
import { listTemplatesOperation } from './templates.operations.js';

/** The workspace's templates. */
@Controller('templates')
export class TemplatesController {
  constructor(
    private readonly templates: TemplatesService,
    private readonly workspaces: WorkspacesService,
  ) {}

  @Get()
  @RequireAbility('templates.read')
  @Operation(listTemplatesOperation)
  async list(
    @Query(new ValidDtoPipe(PageDto)) query: PageDto,
    @CurrentCaller() { workspace }: Caller,
    @RequestUrl() url: URL,
  ): Promise<object> {
    const { page, perPage } = toPage(query);
    const { items, total } = await this.templates.page({ workspace, page, pageSize: perPage });
    const tenantId = await this.workspaces.idOf(workspace);
    const presented = items.map((template) => presentTemplate(template, tenantId));
    const data = paginated(presented, total, { url, page, perPage });
    return presentSuccess('Templates retrieved successfully', data);
  }
}
