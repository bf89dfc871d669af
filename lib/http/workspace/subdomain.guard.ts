import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { callerOf, type WhatsAppCallerRequest } from '../../auth/caller.js';
import { ValidationError } from '../../errors.js';

/** The path names another workspace than the caller's, be there one of that name or not. */
export class SubdomainError extends ValidationError {
  constructor() {
    super(
      [{ path: 'subdomain', message: 'must be that of the workspace that the key belongs to.' }],
      'INVALID_SUBDOMAIN',
    );
  }
}

interface SubdomainRequest extends WhatsAppCallerRequest {
  readonly params: Readonly<Record<string, string | undefined>>;
}

/** Refuses a path with the name of another workspace. A prefix of the host's without a subdomain refuses nothing. */
@Injectable()
export class SubdomainGuard implements CanActivate {
  /** @throws SubdomainError */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<SubdomainRequest>();
    const { subdomain } = request.params;
    if (subdomain !== undefined && subdomain !== callerOf(request).workspace) throw new SubdomainError();
    return true;
  }
}
